/** Ends the waits of those who wait under it. */
export class Releaser {
  #wakers: Set<() => void> | undefined;
  #isReleased = false;

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** Ends all waits, and those that begin later too. */
  releaseForGood(): void {
    this.#isReleased = true;
    this.release();
  }

  /** Ends the waits of this moment. */
  release(): void {
    const wakers = this.#wakers;
    this.#wakers = undefined;
    for (const wake of wakers ?? []) wake();
  }

  /** Calls `wake` when released, at once if that has happened for good. The returned function takes that back. */
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
