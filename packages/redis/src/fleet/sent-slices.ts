const SLICES = 10;
/** The number of a slice, and its three counts. */
const FIELDS = 4;

/**
 * Counts that this process has sent, three for each slice of the window that the fleet added them to. The fleet's sums
 * less these are the counts of the others.
 */
export class SentSlices {
  /** For each slice its number and its counts: one list, since each key has two of these. */
  #sent: readonly number[] = NONE;

  sent(slice: number, counts: readonly number[]): void {
    if (counts.every((count) => count === 0)) return;
    const [, ...before] = slicesOf(this.#sent).find(([at]) => at === slice) ?? [];
    const others = slicesOf(this.#sent).filter(([at]) => at !== slice);
    const sums = counts.map((count, index) => count + (before[index] ?? 0));
    this.#sent = NONE.concat(...others, slice, sums);
  }

  /**
   * Returns what is left of the fleet's sums, of which `newest` is the newest slice, without the counts of this
   * process. A slice that is newer was counted before the server's clock was set back: it is in no sum any more.
   */
  rest(newest: number, sums: readonly number[]): readonly number[] {
    const slices = slicesOf(this.#sent);
    const counted = slices.filter(([at = 0]) => at > newest - SLICES && at <= newest);
    if (counted.length < slices.length) this.#sent = NONE.concat(...counted);
    let rest = sums;
    for (const [, ...own] of counted) {
      rest = rest.map((count, index) => Math.max(0, count - (own[index] ?? 0)));
    }
    return rest;
  }

  clear(): void {
    this.#sent = NONE;
  }
}

function slicesOf(sent: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: sent.length / FIELDS }, (_, index) => sent.slice(index * FIELDS, (index + 1) * FIELDS));
}

const NONE: readonly number[] = Object.freeze([]);
