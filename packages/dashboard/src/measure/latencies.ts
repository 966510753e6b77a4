/** Buckets grow by the fourth root of two, so that a percentile is off by a tenth at most. */
const PER_DOUBLING = 4;
/** The last bucket holds everything from 2^17 ms (two minutes) up. */
const BUCKETS = 17 * PER_DOUBLING + 1;

/** Durations of one second, counted by size in constant memory. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  record(durationMs: number): void {
    const bucket = durationMs <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log2(durationMs) * PER_DOUBLING));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /** Returns the duration that the given share of the durations did not exceed; undefined if there are none. */
  percentile(share: number): number | undefined {
    return percentileOf([this], share);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  countAt(bucket: number): number {
    return this.#counts[bucket] ?? 0;
  }
}

/** Returns the percentile of several seconds together. */
export function percentileOf(seconds: readonly Latencies[], share: number): number | undefined {
  const total = seconds.reduce((sum, second) => sum + second.total, 0);
  if (total === 0) return undefined;
  const wanted = Math.ceil(total * share);
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const here = seconds.reduce((sum, second) => sum + second.countAt(bucket), 0);
    if (seen + here >= wanted) return valueAt(bucket, (wanted - seen) / here);
    seen += here;
  }
  return undefined;
}

/** Interpolates between the bounds of a bucket. */
function valueAt(bucket: number, part: number): number {
  if (bucket === 0) return part;
  const [low, high] = [2 ** ((bucket - 1) / PER_DOUBLING), 2 ** (bucket / PER_DOUBLING)];
  return low + (high - low) * part;
}
