import type { BreakerPermit } from '../breaker/state.js';
import { healthy, slowButHealthy } from '../breaker/state.js';
import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { PolicySettings } from '../options/options.js';

/** An attempt that was answered well, and what it holds. */
interface SucceededAttempt {
  readonly settings: PolicySettings;
  readonly entry: KeyEntry;
  readonly breaker: Breaker | undefined;
  readonly pass: BreakerPermit | undefined;
  readonly limit: AttemptLimit | undefined;
  readonly startedMs: number;
}

/** Releases what a good answer's attempt holds, with what it showed: nothing has to be judged. */
export function recordSuccess(attempt: SucceededAttempt, nowMs: number): void {
  const { settings, entry, breaker, pass, limit, startedMs } = attempt;
  limit?.release(nowMs, startedMs, 'answered');
  if (breaker !== undefined && pass !== undefined) {
    breaker.record(pass, isSlow(settings, nowMs - startedMs) ? slowButHealthy : healthy, nowMs);
  }
  entry.served(nowMs);
}

function isSlow({ breaker }: PolicySettings, durationMs: number): boolean {
  return breaker !== false && breaker.slowCallMs !== undefined && durationMs >= breaker.slowCallMs;
}
