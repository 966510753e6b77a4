/**
 * Returns the value that a share of `q` (0..1) of the sorted values does not exceed (nearest rank); undefined if there
 * is none.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number | undefined {
  if (sorted.length === 0) return undefined;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
}

export interface Spread {
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

/** Returns the share of a whole; undefined if there is no whole. */
export const ratio = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);
