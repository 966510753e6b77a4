import type { BreakerPermit } from '../breaker/state.js';
import { healthy, slowButHealthy } from '../breaker/state.js';
import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { PolicySettings } from '../options/options.js';

/**
 * Releases all that an attempt with a good answer holds, and records that the server is well. The parameters are no
 * object, since that would be made for each call.
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
    breaker.record(pass, isSlow(settings, startedMs, nowMs) ? slowButHealthy : healthy, nowMs);
  }
  entry.served(nowMs, startedMs);
}

function isSlow({ breaker }: PolicySettings, startedMs: number, nowMs: number): boolean {
  return breaker !== false && breaker.slowCallMs !== undefined && nowMs - startedMs >= breaker.slowCallMs;
}
