/** Ends the waits of those who wait under it: at once, and those that begin later too. */
export class Releaser {
  #wakers: Set<() => void> | undefined;
  #isReleased = false;

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** Again does nothing. */
  release(): void {
    this.#isReleased = true;
    const wakers = this.#wakers;
    this.#wakers = undefined;
    for (const wake of wakers ?? []) wake();
  }

  /** Calls `wake` when released, at once if that has happened. The returned function takes that back. */
  onRelease(wake: () => void): () => void {
    if (this.#isReleased) {
      wake();
      return () => {};
    }
    this.#wakers ??= new Set();
    this.#wakers.add(wake);
    return () => this.#wakers?.delete(wake);
  }
}
