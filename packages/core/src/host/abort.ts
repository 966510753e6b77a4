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
  for (const parent of parents) {
    if (parent === undefined) continue;
    undo.push(
      onAbort(parent, () => {
        unlink();
        controller.abort(parent.reason);
      }),
    );
  }
  if (controller.signal.aborted) unlink();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason), unlink };
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
      reject(signal.reason);
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
