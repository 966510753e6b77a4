/**
 * Tells the core that a call is over: what it asks of an `AbortSignal`, and no more. Nearly no call has anybody who waits for
 * its end, and making and aborting a real one costs more than all else that is done for a call.
 */
export class EndSignal implements Pick<AbortSignal, 'aborted' | 'reason' | 'throwIfAborted'> {
  aborted = false;
  reason: unknown = undefined;
  #listeners: Set<() => void> | undefined;

  /** The same, for those who ask for a real one. */
  get asAbortSignal(): AbortSignal {
    return this as unknown as AbortSignal;
  }

  /** Of the events of a signal there is one only, and it comes once. */
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

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners ?? []) listener();
    this.#listeners = undefined;
  }
}
