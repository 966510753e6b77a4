/** One look at something that should not grow. */
export interface Sample {
  /** Calls made until then. */
  readonly calls: number;
  readonly value: number;
}

/**
 * Returns the growth of the value with each call: the median of the slopes between all pairs of samples (Theil-Sen),
 * which single outliers do not move. 0 if there are fewer than two samples.
 */
export function slopePerCall(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((from, index) =>
    samples
      .slice(index + 1)
      .flatMap((to) => (to.calls > from.calls ? [(to.value - from.value) / (to.calls - from.calls)] : [])),
  );
  return median(slopes) ?? 0;
}

/** The last two thirds of a run: before that, caches fill and code is compiled. */
export function afterWarmUp(samples: readonly Sample[]): readonly Sample[] {
  return samples.slice(Math.floor(samples.length / 3));
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
