import { isStaleSocket } from '@breakwater/core/adapter';

/**
 * Node keeps at most this many idle connections to a host (`maxFreeSockets`): so many can be stale one after the other.
 */
const MOST = 256;

/** A request that may be sent again. */
interface RepeatableRequest<T> {
  sendAgain(): Promise<T>;
  mayRepeat(): boolean;
}

/**
 * Sends a request again at once, after an error, for as long as the server turns out to have closed the kept-alive
 * connections that it is given. The policy sees one attempt: nothing of this is the server's failure, and nothing is
 * taken from retries or budget. Undefined if the error is another, or if the request may not be sent again.
 */
export function sentAgain<T>(error: unknown, request: RepeatableRequest<T>, tries = 1): Promise<T> | undefined {
  if (tries > MOST || !isStaleSocket(error) || !request.mayRepeat()) return undefined;
  return request.sendAgain().then(undefined, (failure: unknown) => {
    const again = sentAgain(failure, request, tries + 1);
    if (again === undefined) throw failure;
    return again;
  });
}
