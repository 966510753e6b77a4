import type { RequestConfig } from './client.js';

/** A call's cancel as one signal, and what takes its listeners off the caller's again. */
export interface CallCancel {
  readonly signal: AbortSignal | undefined;
  /** Ends the call from within. */
  abort(reason: unknown): void;
  /** Harmless when called again. */
  release(): void;
}

/** The caller's own signal where that says it all; one that follows `signal` and `cancelToken` where `linked` or needed. */
export function callCancel({ signal, cancelToken }: RequestConfig, linked: boolean): CallCancel {
  if (cancelToken === undefined && !linked) return { signal, abort: () => {}, release: () => {} };
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.aborted ? signal.reason : cancelToken?.reason);
  if (isCancelled({ signal, cancelToken })) abort();
  signal?.addEventListener('abort', abort);
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

/** Whether the caller has cancelled. The code of an error does not tell: axios says ERR_CANCELED of other things too. */
export function isCancelled({ signal, cancelToken }: Pick<RequestConfig, 'signal' | 'cancelToken'>): boolean {
  return signal?.aborted === true || cancelToken?.reason !== undefined;
}
