/**
 * Tells the core that a call is over. Has only the parts of an `AbortSignal` that the core uses: nearly no call has a
 * listener for its end, and creating and aborting a real signal costs more than everything else that is done for a
 * call.
 */
export class CallEndSignal implements Pick<AbortSignal, 'aborted' | 'reason' | 'throwIfAborted'> {
  aborted = false;
  reason: unknown = undefined;
  #listeners: Set<() => void> | undefined;

  /** Returns the same object, for a parameter of the type `AbortSignal`. */
  get asAbortSignal(): AbortSignal {
    return this as unknown as AbortSignal;
  }

  /** Adds a listener. There is only one kind of event, which comes once. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** Ends the call. `reason`: the caller's, if its own signal has ended the call. */
  abort(reason: unknown = OVER): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners ?? []) listener();
    this.#listeners = undefined;
  }
}

/** Shared by all calls, since no caller ever gets it. */
const OVER = new Error('the call is over');
