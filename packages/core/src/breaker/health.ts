import { BLIP_MS, type BreakerRules, isBusy, runMemoryMs } from './rules.js';
import type { BreakerState } from './state.js';

/** Takes note of an outcome: a run of failures goes on, or a stretch of successes. */
export function recordStreak(state: BreakerState, rules: BreakerRules, failed: boolean, nowMs: number): void {
  if (failed) {
    const forgotten = nowMs - state.lastOutcomeMs >= runMemoryMs(rules.window);
    if (state.runLength === 0 || forgotten) {
      state.runLength = 0;
      state.runStartedMs = nowMs;
    }
    state.runLength += 1;
  } else {
    state.runLength = 0;
    noteWell(state, rules, nowMs);
  }
  state.lastOutcomeMs = nowMs;
}

/** Whether a busy key is still being answered: what some of its calls are told does not hold for all of them. */
export function isServing(state: BreakerState, nowMs: number): boolean {
  return wasBusy(state) && nowMs - state.wellUntilMs < BLIP_MS;
}

/** Whether there were so many good calls lately that a blip alone would look like an outage. */
export function wasBusy({ wellCalls, wellSinceMs, wellUntilMs }: BreakerState): boolean {
  return isBusy({ calls: wellCalls, ms: wellUntilMs - wellSinceMs });
}

function noteWell(state: BreakerState, rules: BreakerRules, nowMs: number): void {
  if (state.wellCalls === 0 || nowMs - state.wellUntilMs >= runMemoryMs(rules.window)) {
    state.wellCalls = 0;
    state.wellSinceMs = nowMs;
  }
  state.wellCalls += 1;
  state.wellUntilMs = nowMs;
}
