import type { GotCall } from '../call/got-call.js';
import type { GotError, GotPromise } from '../got-types.js';
import { isResponse } from '../outcome.js';

/**
 * Tells a call how its promise ends, before anyone else hears of it.
 *
 * Whoever listens to a promise makes it a handled one, and the rejection of a call that nobody waits for would go unnoticed.
 * So it is noted whether anyone else listens; where no one does, the rejection is raised again. `await` asks a promise for
 * its `then` only where its constructor is not `Promise` itself.
 */
export function watchPromise(promise: GotPromise, call: GotCall): void {
  promise.on?.('request', (client) => call.sent(client));
  promise.on?.('response', (response) => {
    call.line.response = response;
  });

  const { then } = prototypeOf(promise);
  const fulfilled = (value: unknown): void => call.succeeded(isResponse(value) ? value : call.line.response);
  // A handler further in may give several calls the same promise.
  const isWatched = watched.has(promise);
  watched.add(promise);
  let isHeard = isWatched;
  let unheard: Promise<never> | undefined;
  then.call(promise, fulfilled, (error: unknown) => {
    call.rejected(error as GotError);
    if (!isHeard) unheard = Promise.reject(error);
  });
  if (isWatched) return;

  // `.json()` and its like copy these onto the promises that they make, so they have to work on any.
  Object.defineProperties(promise, {
    // biome-ignore lint/suspicious/noThenProperty: it is a promise
    then: hidden(function (this: Promise<unknown>, onFulfilled?: Reaction, onRejected?: Reaction) {
      isHeard = true;
      unheard?.catch(() => {});
      return prototypeOf(this).then.call(this, onFulfilled, onRejected);
    }),
    catch: hidden(function (this: Promise<unknown>, onRejected?: Reaction) {
      return this.then(undefined, onRejected);
    }),
    finally: hidden(function (this: Promise<unknown>, onFinally?: () => void) {
      return Promise.prototype.finally.call(this, onFinally);
    }),
    constructor: hidden(WatchedPromise),
  });
}

const watched = new WeakSet<object>();

type Reaction = (value: unknown) => unknown;

/** Like `Promise` in all but its identity. */
class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
}

/** Up to 14, got's promises are of a class of their own, and native ones after. */
function prototypeOf(promise: Promise<unknown>): Promise<unknown> {
  return Object.getPrototypeOf(promise) as Promise<unknown>;
}

function hidden(value: unknown): PropertyDescriptor {
  return { value, configurable: true, enumerable: false, writable: true };
}
