import { canceledError, type RequestConfig } from '../axios-types.js';

/** A call's cancel as one signal, and what takes its listeners off the caller's again. */
export interface CallCancel {
  readonly signal: AbortSignal | undefined;
  /** Ends the call from within, where that was asked for. */
  abort(reason: unknown): void;
  /** Harmless when called again. */
  release(): void;
}

/** The caller's own signal where that says it all; one that follows `signal` and `cancelToken` where there is a token, or where the call may be ended from within. */
export function callCancel({ signal, cancelToken }: RequestConfig, fromWithin: boolean): CallCancel {
  if (cancelToken === undefined && !fromWithin) return { signal, abort: () => {}, release: () => {} };
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.aborted ? signal.reason : cancelToken?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  // Calls back at once where the token has been used already.
  cancelToken?.subscribe(abort);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => {
      signal?.removeEventListener('abort', abort);
      cancelToken?.unsubscribe(abort);
    },
  };
}

/** What axios rejects with where the caller has cancelled a request; undefined where the caller has not. */
export function cancelOf(config: RequestConfig): unknown {
  const { cancelToken, signal } = config;
  return cancelToken?.reason ?? (signal?.aborted ? canceledError(config) : undefined);
}
