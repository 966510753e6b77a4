/** Ends all waits that were registered with it. */
export class Releaser {
  #wakers: Set<() => void> | undefined;

  /** Ends the waits of this moment. */
  release(): void {
    const wakers = this.#wakers;
    this.#wakers = undefined;
    for (const wake of wakers ?? []) wake();
  }

  /** Calls `wake` when released. The returned function removes it. */
  onRelease(wake: () => void): () => void {
    this.#wakers ??= new Set();
    this.#wakers.add(wake);
    return () => this.#wakers?.delete(wake);
  }
}
