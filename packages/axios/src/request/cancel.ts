import { linkedAbort } from '@breakwater/core/adapter';
import { canceledError, type RequestConfig } from '../axios-types.js';

/** A call's cancel as one signal, with a function that removes its listeners from the caller's. */
export interface CallCancel {
  readonly signal: AbortSignal | undefined;
  /** Ends the call from within, if that was requested. */
  abort(reason: unknown): void;
  /** Removes the listeners; harmless when called again. */
  release(): void;
}

/**
 * Returns the caller's own signal if nothing else can end the call. Otherwise returns one that follows `signal` and
 * `cancelToken`, and can be aborted from within.
 */
export function callCancel(config: RequestConfig, fromWithin: boolean): CallCancel {
  const { signal, cancelToken } = cancelsOf(config);
  if (cancelToken === undefined && !fromWithin) return { signal, abort: () => {}, release: () => {} };
  const own = linkedAbort(signal);
  const abort = (): void => own.abort(cancelToken?.reason);
  // Calls back at once if the token has been used already.
  cancelToken?.subscribe(abort);
  return {
    signal: own.signal,
    abort: own.abort,
    release: () => {
      own.unlink();
      cancelToken?.unsubscribe(abort);
    },
  };
}

/** Returns the caller's signal and token. axios ignores any falsy value, such as a `signal` of null. */
export function cancelsOf({ signal, cancelToken }: RequestConfig): Pick<RequestConfig, 'signal' | 'cancelToken'> {
  return { signal: signal || undefined, cancelToken: cancelToken || undefined };
}

/** Returns axios's error for a request that the caller has cancelled; undefined if it has not been. */
export function cancelOf(config: RequestConfig): unknown {
  const { cancelToken, signal } = cancelsOf(config);
  return cancelToken?.reason ?? (signal?.aborted ? canceledError(config) : undefined);
}
