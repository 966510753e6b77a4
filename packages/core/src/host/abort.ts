/** A signal that follows others, and the clean-up that takes its listeners off them. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Harmless when called again. */
  unlink(): void;
}

/** A signal of its own that aborts, with the same reason, when any of the given ones does. */
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

/** Calls `listener` once when the signal aborts, at once if it has. The returned function takes that back. */
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
 * Settles as `promise` does, or rejects with the signal's reason if that comes first. `late` gets the result of a
 * promise that settles after that. The listener is off the signal by the time this settles.
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
  /** It came to a value after all. */
  value(value: T): void;
  /** It failed after all. */
  error(error: unknown): void;
}
