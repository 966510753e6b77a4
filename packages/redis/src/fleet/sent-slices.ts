const SLICES = 10;

/**
 * Counts that this process has sent, by the slice of the window that the fleet added them to. The fleet's sums less
 * these are the counts of the others.
 */
export class SentSlices {
  /** For each slice its number, and then the counts. A list: it has ten at most, and one for nearly all keys. */
  #slices: readonly (readonly number[])[] = NONE;

  sent(slice: number, counts: readonly number[]): void {
    if (counts.every((count) => count === 0)) return;
    const [, ...before] = this.#slices.find(([at]) => at === slice) ?? [];
    const others = this.#slices.filter(([at]) => at !== slice);
    // Not by spreading, which would take room for more.
    this.#slices = others.concat([[slice].concat(counts.map((count, index) => count + (before[index] ?? 0)))]);
  }

  /**
   * Returns what is left of the fleet's sums, of which `newest` is the newest slice, without the counts of this
   * process. A slice that is newer was counted before the server's clock was set back: it is in no sum any more.
   */
  rest(newest: number, sums: readonly number[]): readonly number[] {
    if (this.#slices.some(isOut)) this.#slices = this.#slices.filter((slice) => !isOut(slice));
    let rest = sums;
    for (const [, ...own] of this.#slices) {
      rest = rest.map((count, index) => Math.max(0, count - (own[index] ?? 0)));
    }
    return rest;

    function isOut([at = newest]: readonly number[]): boolean {
      return at <= newest - SLICES || at > newest;
    }
  }

  clear(): void {
    this.#slices = NONE;
  }
}

const NONE: readonly (readonly number[])[] = Object.freeze([]);
