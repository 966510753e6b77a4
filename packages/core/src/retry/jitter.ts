/**
 * The random part of a delay:
 *
 * - `'none'`: nothing; the delay as it is
 * - `'full'`: all of it; anything from 0 to the delay
 * - `'equal'`: one half; anything from half of the delay to the delay
 * - a number r, 0 <= r <= 1: anywhere from `1 - r` to `1 + r` times the delay, so 0.25 means ±25 %
 *
 * The first three are those of {@link https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ | AWS}.
 */
export type Jitter = 'none' | 'full' | 'equal' | number;

/**
 * Spreads a delay. The result is always within {@link jitterRange}, and is not rounded.
 *
 * @param delayMs - milliseconds, already capped
 * @param random - uniform in [0, 1), as `Math.random`; not called for `'none'`
 * @returns milliseconds
 */
export function applyJitter(jitter: Jitter, delayMs: number, random: () => number): number {
  switch (jitter) {
    case 'none':
      return delayMs;
    case 'full':
      return delayMs * random();
    case 'equal':
      return delayMs * (0.5 + random() / 2);
  }
  return delayMs * (1 + jitter * (2 * random() - 1));
}

/** Returns the least and the greatest result of {@link applyJitter}. It draws uniformly, so its mean lies halfway. */
export function jitterRange(jitter: Jitter, delayMs: number): { readonly minMs: number; readonly maxMs: number } {
  switch (jitter) {
    case 'none':
      return { minMs: delayMs, maxMs: delayMs };
    case 'full':
      return { minMs: 0, maxMs: delayMs };
    case 'equal':
      return { minMs: delayMs / 2, maxMs: delayMs };
  }
  return { minMs: delayMs * (1 - jitter), maxMs: delayMs * (1 + jitter) };
}
