import type { GotCall } from '../call/got-call.js';
import type { GotOptions, GotPromise } from '../got-types.js';

/**
 * Tells a call what its hooks do not show: that the caller cancels, and which request is on the wire.
 *
 * The promise itself is not touched. A listener would mark it as handled, and the rejection of a call that nothing
 * waits for would go unnoticed. The end of the call is observed on got's request instead.
 */
export function watchPromise(promise: GotPromise, call: GotCall, options: GotOptions): void {
  if (call.timeLimit !== undefined || options.cache) promise.on?.('request', (client) => call.onRequest(client));
  const { cancel } = promise;
  // Since 15 there is no `cancel()`. Before, it fires no hook and no event during a hook or wait of this package.
  if (typeof cancel !== 'function') return;
  promise.cancel = (reason) => {
    cancel.call(promise, reason);
    if (promise.isCanceled) call.onCancel();
  };
}
