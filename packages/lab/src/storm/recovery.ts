export interface Sample {
  readonly startMs: number;
  readonly ok: boolean;
}

export type Recovery =
  | { readonly kind: 'recovered'; readonly afterMs: number }
  | { readonly kind: 'never' }
  | { readonly kind: 'not-applicable' };

const WINDOW_MS = 500;
const MIN_CALLS = 100;
const WANTED = 0.99;

/**
 * Returns the time after `goneMs`, when the cause was gone, until 99 % success came back for good: the first moment
 * from which on every window of 500 ms (or of 100 calls, if these take longer) up to the end has 99 % of the calls that
 * began in it succeed. `samples` ascend by `startMs`.
 */
export function recoveryOf(samples: readonly Sample[], goneMs: number | undefined): Recovery {
  if (goneMs === undefined) return { kind: 'not-applicable' };
  const after = samples.filter(({ startMs }) => startMs >= goneMs);
  if (after.length === 0) return { kind: 'not-applicable' };

  const failuresUpTo = prefixFailures(after);
  let earliest: number | undefined;
  let right = after.length;
  for (let left = after.length - 1; left >= 0; left -= 1) {
    while (right - left > MIN_CALLS && startOf(after, right - 1) >= startOf(after, left) + WINDOW_MS) right -= 1;
    // The windows at the very end are short: judged too, since a failure there is one before the end.
    const failures = (failuresUpTo[right] ?? 0) - (failuresUpTo[left] ?? 0);
    if (failures > (1 - WANTED) * Math.max(right - left, MIN_CALLS)) break;
    earliest = left;
  }
  // The moment is the first call of the good stretch, or the cause's end itself if every call after it is in the
  // stretch.
  if (earliest === 0) return { kind: 'recovered', afterMs: 0 };
  if (earliest === undefined || !isWholeWindow(after, earliest)) return { kind: 'never' };
  return { kind: 'recovered', afterMs: startOf(after, earliest) - goneMs };
}

/** A good stretch that is shorter than a window, at the very end, is no recovery. */
function isWholeWindow(samples: readonly Sample[], from: number): boolean {
  if (samples.length - from < MIN_CALLS) return false;
  return startOf(samples, samples.length - 1) - startOf(samples, from) >= WINDOW_MS;
}

function prefixFailures(samples: readonly Sample[]): readonly number[] {
  const sums = [0];
  for (const { ok } of samples) sums.push((sums.at(-1) ?? 0) + (ok ? 0 : 1));
  return sums;
}

const startOf = (samples: readonly Sample[], index: number): number => samples[index]?.startMs ?? 0;
