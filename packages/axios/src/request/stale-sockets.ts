import { isStaleSocket } from '@breakwater/core/adapter';

/** Node keeps at most this many idle connections to a host (`maxFreeSockets`): so many can be stale one after the other. */
const MOST = 256;

/**
 * Sends a request again at once for as long as the server turns out to have closed the kept-alive connections that it is given.
 * The policy sees one attempt: nothing of this is the server's failure, and nothing is taken from retries or budget.
 */
export function pastStaleSockets<T>(
  first: PromiseLike<T>,
  again: () => Promise<T>,
  mayRepeat: () => boolean,
): Promise<T> {
  const next = (error: unknown, tries: number): Promise<T> => {
    if (tries > MOST || !isStaleSocket(error) || !mayRepeat()) throw error;
    return again().then(undefined, (failure: unknown) => next(failure, tries + 1));
  };
  return Promise.resolve(first).then(undefined, (error: unknown) => next(error, 1));
}
