import { isStaleSocket } from '@breakwater/core/adapter';

/**
 * Most repetitions: Node keeps at most this many idle connections to a host (`maxFreeSockets`), and all of them may be
 * stale.
 */
const MOST = 256;

/** A request that may be sent again. */
interface RepeatableRequest<T> {
  sendAgain(): Promise<T>;
  mayRepeat(): boolean;
}

/**
 * Sends a request again at once after an error, as long as the server turns out to have closed the kept-alive
 * connections that it gets. The policy sees one attempt: the server has not failed, and neither retries nor budget are
 * used. Undefined for any other error, or if the request may not be sent again.
 */
export function sentAgain<T>(error: unknown, request: RepeatableRequest<T>, tries = 1): Promise<T> | undefined {
  if (tries > MOST || !isStaleSocket(error) || !request.mayRepeat()) return undefined;
  return request.sendAgain().then(undefined, (failure: unknown) => {
    const again = sentAgain(failure, request, tries + 1);
    if (again === undefined) throw failure;
    return again;
  });
}
