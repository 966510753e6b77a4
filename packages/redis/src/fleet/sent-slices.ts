const SLICES = 10;

/**
 * Counts that this process has sent, by the slice of the window that the fleet added them to. The fleet's sums less
 * these are the counts of the others.
 */
export class SentSlices {
  /** Undefined until counts have been sent. */
  #bySlice: Map<number, readonly number[]> | undefined;

  sent(slice: number, counts: readonly number[]): void {
    if (counts.every((count) => count === 0)) return;
    this.#bySlice ??= new Map();
    const before = this.#bySlice.get(slice);
    this.#bySlice.set(slice, before === undefined ? counts : counts.map((count, at) => count + (before[at] ?? 0)));
  }

  /**
   * Returns what is left of the fleet's sums, of which `slice` is the newest, without the counts of this process. A
   * slice that is newer was counted before the server's clock was set back: it is in no sum any more.
   */
  rest(slice: number, sums: readonly number[]): readonly number[] {
    let rest = sums;
    for (const [at, own] of this.#bySlice ?? []) {
      if (at <= slice - SLICES || at > slice) this.#bySlice?.delete(at);
      else rest = rest.map((count, index) => Math.max(0, count - (own[index] ?? 0)));
    }
    return rest;
  }

  clear(): void {
    this.#bySlice = undefined;
  }
}
