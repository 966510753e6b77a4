import { defaults, describePolicy, type PolicySettings } from '@breakwater/core';
import { MAX_RETRIES_SHOWN, type RetryWaits } from './waits.js';

/** Highest cost of one call, in ms; null if there is no bound, or it is unknown. */
export interface WorstCase {
  readonly attempts: number;
  /** Sum of a call's waits by backoff alone. */
  readonly backoffMs: number | null;
  /** The same for a call that is throttled each time. */
  readonly throttledMs: number | null;
  /** Sum of a call's waits with a server's hint, from its own answer or that of another call. */
  readonly askedMs: number | null;
  /** From the call to its end, attempts included. */
  readonly callMs: number | null;
}

export function worstCaseOf(
  settings: PolicySettings,
  waits: readonly RetryWaits[],
  clientTimeoutMs: number | undefined = undefined,
): WorstCase {
  const { retry, timeouts } = settings;
  const { worstCase } = describePolicy(settings);
  const attempts = attemptsWithTime(settings, waits);
  const backoffMs = worstCase.unthrottledWaitMs ?? Number.POSITIVE_INFINITY;
  const throttledMs = worstCase.waitMs ?? Number.POSITIVE_INFINITY;
  const { maxElapsedMs } = retry === false ? defaults.retry : retry;
  const totalMs = timeouts.totalMs ?? Number.POSITIVE_INFINITY;
  const boundMs = Math.min(maxElapsedMs, totalMs);
  const askedMs = canBeAsked(settings) ? boundMs : throttledMs;
  const queuedMs = settings.limit === false ? askedMs : boundMs;
  const attemptMs = attemptLimitMs(timeouts, clientTimeoutMs) ?? Number.POSITIVE_INFINITY;
  const callMs = Math.min(totalMs, maxElapsedMs + attemptMs, queuedMs + attempts * attemptMs);
  return {
    attempts,
    backoffMs: known(backoffMs),
    throttledMs: known(throttledMs),
    askedMs: known(askedMs),
    callMs: known(callMs),
  };
}

/**
 * Returns the time after which the policy or the client ends an attempt, whichever comes first; undefined if neither
 * does.
 */
export function attemptLimitMs(
  { attemptMs }: PolicySettings['timeouts'],
  clientTimeoutMs: number | undefined,
): number | undefined {
  if (attemptMs === undefined || clientTimeoutMs === undefined) return attemptMs ?? clientTimeoutMs;
  return Math.min(attemptMs, clientTimeoutMs);
}

/** Returns the attempts of a call, without retries for which no time can be left. */
function attemptsWithTime({ retry }: PolicySettings, waits: readonly RetryWaits[]): number {
  if (retry === false) return 1;
  const first = waits.find(({ ordinary }) => ordinary.share === 0 && ordinary.meanBy === null);
  return first === undefined || retry.maxRetries > MAX_RETRIES_SHOWN ? retry.maxRetries + 1 : first.retry;
}

/** Tells if a call waits for a server's hint: a retry for its own, any call for its key's cool-down. */
function canBeAsked({ retry, coolDown }: PolicySettings): boolean {
  if (retry === false) return coolDown !== false;
  return retry.respectRetryAfter && (retry.maxRetries > 0 || coolDown !== false);
}

function known(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
