import type { BreakerPermit } from '../breaker/state.js';
import { healthy, slowButHealthy } from '../breaker/state.js';
import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { PolicySettings } from '../options/options.js';

/**
 * Releases everything that an attempt with a good answer holds, and records that the server is well. Takes no object as
 * parameter, since that would be allocated for each call.
 */
export function recordSuccess(
  settings: PolicySettings,
  entry: KeyEntry,
  breaker: Breaker | undefined,
  pass: BreakerPermit | undefined,
  limit: AttemptLimit | undefined,
  startedMs: number,
  nowMs: number,
): void {
  limit?.release(nowMs, startedMs, 'answered');
  if (breaker !== undefined && pass !== undefined) {
    const sample = isSlow(settings, startedMs, nowMs) ? slowButHealthy : healthy;
    // The duration of an answer counts only beside timeouts, and would take an object for each call.
    breaker.record(pass, breaker.state.runLength > 0 ? { ...sample, tookMs: nowMs - startedMs } : sample, nowMs);
  }
  entry.served(nowMs, startedMs);
}

function isSlow({ breaker }: PolicySettings, startedMs: number, nowMs: number): boolean {
  return breaker !== false && breaker.slowCallMs !== undefined && nowMs - startedMs >= breaker.slowCallMs;
}
