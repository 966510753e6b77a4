import type { GotCall } from '../call/got-call.js';
import type { GotOptions, GotPromise } from '../got-types.js';

/**
 * Tells a call of what its hooks do not show: that the caller cancels, and which request is on the wire.
 *
 * The promise itself is left alone. A listener would make it a handled one, and the rejection of a call that nothing
 * waits for would go unnoticed; how the call ends is seen on got's request instead.
 */
export function watchPromise(promise: GotPromise, call: GotCall, options: GotOptions): void {
  if (call.timeLimit !== undefined || options.cache) promise.on?.('request', (client) => call.onRequest(client));
  const { cancel } = promise;
  // Since 15 there is no `cancel()`. Before, it fires no hook and no event while a hook or a wait of ours is pending.
  if (typeof cancel !== 'function') return;
  promise.cancel = (reason) => {
    cancel.call(promise, reason);
    if (promise.isCanceled) call.onCancel();
  };
}
