/** A signal that follows others, and the clean-up that removes its listeners from them. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Removes the listeners; harmless when called again. */
  unlink(): void;
}

/** Returns a new signal that aborts, with the same reason, when any of the given ones does. */
export function linkedAbort(...parents: readonly (AbortSignal | undefined)[]): LinkedAbort {
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  const unlink = () => {
    for (const remove of undo.splice(0)) remove();
  };
  const abort = (reason: unknown): void => {
    if (reason !== undefined && !controller.signal.aborted) reasons.set(controller.signal, reason);
    controller.abort(reason);
  };
  for (const parent of parents) {
    if (parent === undefined) continue;
    undo.push(
      onAbort(parent, () => {
        unlink();
        abort(abortReason(parent));
      }),
    );
  }
  if (controller.signal.aborted) unlink();
  return { signal: controller.signal, abort, unlink };
}

/** The reasons of signals on hosts whose signals do not have one: React Native, older browsers, polyfills. */
const reasons = new WeakMap<AbortSignal, unknown>();

/** Returns the reason of a signal that has aborted. It is an `AbortError` if the host does not tell it. */
export function abortReason(signal: AbortSignal): unknown {
  if (signal.reason !== undefined) return signal.reason;
  if (!reasons.has(signal)) {
    reasons.set(signal, Object.assign(new Error('This operation was aborted'), { name: 'AbortError' }));
  }
  return reasons.get(signal);
}

/**
 * Calls `listener` once when the signal aborts, or at once if it already has. The returned function removes the
 * listener.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener('abort', listener, ONCE);
  return () => signal.removeEventListener('abort', listener);
}

/** Has no prototype: anything put on `Object.prototype` would be an option too. */
const ONCE: { readonly once: true } = Object.assign(Object.create(null), { once: true } as const);

/**
 * Settles as `promise` does, or rejects with the signal's reason if that comes first. `late` gets the result if the
 * promise settles after that. The listener has been removed from the signal by the time this settles.
 */
export function abortable<T>(promise: PromiseLike<T>, signal: AbortSignal, late: LateHandlers<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const off = onAbort(signal, () => {
      over = true;
      reject(abortReason(signal));
    });
    promise.then(
      (value) => {
        off();
        if (over) late.value(value);
        else resolve(value);
      },
      (error: unknown) => {
        off();
        if (over) late.error(error);
        else reject(error);
      },
    );
  });
}

/** Handlers for an outcome that comes after its caller has gone. */
export interface LateHandlers<T> {
  /** Called with the value of a promise that was fulfilled late. */
  value(value: T): void;
  /** Called with the error of a promise that was rejected late. */
  error(error: unknown): void;
}
