import type { SeriesBin } from './series.js';

/** Defines when a service has recovered. */
export interface RecoveryRule {
  /** Share of the calls of each window that must be answered. @default 0.99 */
  readonly success?: number | undefined;
  /** @default 500 */
  readonly windowMs?: number | undefined;
  /**
   * A window with fewer calls counts as if it had this many, so that one failure among a few calls is no relapse.
   * @default 100
   */
  readonly minimumCalls?: number | undefined;
}

/**
 * Returns the time from `fromMs` until the service has recovered for good: every window from then on has its share of
 * calls answered. Exact to a bin. Undefined if it never recovers, or only for less than a window at the end.
 */
export function recoveryMs(
  bins: readonly Readonly<SeriesBin>[],
  binMs: number,
  fromMs: number,
  { success = 0.99, windowMs = 500, minimumCalls = 100 }: RecoveryRule = {},
): number | undefined {
  const first = Math.ceil(fromMs / binMs);
  const width = Math.max(1, Math.round(windowMs / binMs));
  let last = bins.length - 1;
  while (last >= 0 && bins[last]?.calls === 0) last -= 1;
  for (let start = last; start >= first; start -= 1) {
    const window = bins.slice(start, start + width);
    const calls = window.reduce((sum, bin) => sum + bin.calls, 0);
    const lost = window.reduce((sum, bin) => sum + bin.calls - bin.answered, 0);
    if (lost <= (1 - success) * Math.max(calls, minimumCalls)) continue;
    const isProven = start + width <= last;
    return isProven ? (start + 1) * binMs - fromMs : undefined;
  }
  return 0;
}
