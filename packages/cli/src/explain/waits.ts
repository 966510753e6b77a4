import type { PolicySettings, RetrySettings } from '@breakwater/core';
import { backoffDelay, backoffRange } from '@breakwater/core/algorithms';
import { seededRandom } from './seeded-random.js';

/** The wait before a retry, in ms. Null: unknown, since a user function decides. */
export interface Wait {
  readonly minMs: number | null;
  readonly meanMs: number | null;
  readonly maxMs: number | null;
  /**
   * Origin of the mean: exact, or from ten thousand calls with seeded randomness (null if none got that far). Null if
   * there can be no mean.
   */
  readonly meanBy: 'formula' | 'sample' | null;
  /** Share of the calls that fail each time in which there is time left for this retry. Null: unknown. */
  readonly share: number | null;
}

/** Waits of one retry: after ordinary failures, and if the server has throttled the call each time. */
export interface RetryWaits {
  readonly retry: number;
  readonly ordinary: Wait;
  readonly throttled: Wait;
}

/** Number of retries that are listed one by one. */
export const MAX_RETRIES_SHOWN = 20;

/** Returns the waits before the first retries, if attempts themselves take no time. */
export function waitsOf(settings: PolicySettings): RetryWaits[] {
  const { retry } = settings;
  if (retry === false) return [];
  const ordinary = waitsOfKind(settings, retry, false);
  const throttled = waitsOfKind(settings, retry, true);
  return ordinary.flatMap((wait, index) => {
    const whenThrottled = throttled[index];
    return whenThrottled === undefined ? [] : [{ retry: index + 1, ordinary: wait, throttled: whenThrottled }];
  });
}

/** Returns the latest end of a wait, in ms after the call began. */
export function waitBoundMs({ timeouts }: PolicySettings, retry: RetrySettings): number {
  return Math.min(retry.maxElapsedMs, timeouts.totalMs ?? Number.POSITIVE_INFINITY);
}

function waitsOfKind(settings: PolicySettings, retry: RetrySettings, throttled: boolean): Wait[] {
  const boundMs = waitBoundMs(settings, retry);
  const isStrict = settings.timeouts.totalMs !== undefined && settings.timeouts.totalMs <= retry.maxElapsedMs;
  const fits = (sumMs: number) => (isStrict ? sumMs < boundMs : sumMs <= boundMs);
  const sample = lazily(() => sampled(retry, throttled, fits));
  const waits: Wait[] = [];
  let least = 0;
  let most = 0;
  for (let n = 1; n <= Math.min(retry.maxRetries, MAX_RETRIES_SHOWN); n += 1) {
    const range = backoffRange(retry.backoff, n, throttled);
    if (range === undefined) {
      waits.push(UNKNOWN);
      continue;
    }
    const leftMs = boundMs - least;
    least += range.minMs;
    most += range.maxMs;
    if (!fits(least)) {
      waits.push({ minMs: range.minMs, meanMs: null, maxMs: range.maxMs, meanBy: null, share: 0 });
    } else if (fits(most) && range.meanMs !== undefined) {
      const { minMs, meanMs, maxMs } = range;
      waits.push({ minMs, meanMs, maxMs, meanBy: 'formula', share: 1 });
    } else {
      const { meanMs, share } = sample()[n - 1] ?? { meanMs: null, share: 0 };
      waits.push({
        minMs: range.minMs,
        meanMs,
        maxMs: Math.min(range.maxMs, leftMs),
        meanBy: 'sample',
        share: fits(most) ? 1 : share,
      });
    }
  }
  return waits;
}

const UNKNOWN: Wait = { minMs: null, meanMs: null, maxMs: null, meanBy: null, share: null };

const SAMPLES = 10_000;

/**
 * Samples waits without a formula: decorrelated delays at their cap, and delays that count only if they fit a bound.
 */
function sampled(
  retry: RetrySettings,
  throttled: boolean,
  fits: (sumMs: number) => boolean,
): { meanMs: number | null; share: number }[] {
  const random = seededRandom(1);
  const sums = Array.from({ length: Math.min(retry.maxRetries, MAX_RETRIES_SHOWN) }, () => ({ calls: 0, ms: 0 }));
  for (let call = 0; call < SAMPLES; call += 1) {
    let elapsedMs = 0;
    let previousMs: number | undefined;
    for (const [index, sum] of sums.entries()) {
      previousMs = backoffDelay(retry.backoff, { retry: index + 1, previousMs, throttled, random });
      elapsedMs += previousMs;
      if (!fits(elapsedMs)) break;
      sum.calls += 1;
      sum.ms += previousMs;
    }
  }
  return sums.map(({ calls, ms }) => ({ meanMs: calls === 0 ? null : ms / calls, share: calls / SAMPLES }));
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
