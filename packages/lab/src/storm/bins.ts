/** Width of the bins of every series, in ms. */
export const BIN_MS = 100;

/** A count per 100 ms of a run. What falls outside of it (the warm-up, the far end) is not counted. */
export class Bins {
  readonly counts: Int32Array;

  constructor(durationMs: number) {
    this.counts = new Int32Array(Math.ceil(durationMs / BIN_MS));
  }

  add(atMs: number, count = 1): void {
    const bin = Math.floor(atMs / BIN_MS);
    if (bin >= 0 && bin < this.counts.length) this.counts[bin] = (this.counts[bin] ?? 0) + count;
  }
}

/** Sum of the bins from one moment to another, both multiples of the width for an exact answer. */
export function sumBetween(counts: ArrayLike<number>, fromMs: number, toMs: number): number {
  let sum = 0;
  const end = Math.min(counts.length, Math.round(toMs / BIN_MS));
  for (let bin = Math.max(0, Math.round(fromMs / BIN_MS)); bin < end; bin += 1) sum += counts[bin] ?? 0;
  return sum;
}
