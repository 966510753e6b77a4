import type { BreakerRules } from './rules.js';
import type { BreakerState } from './state.js';

const MAX_JITTER = 0.1;

/** How long the circuit stays open after this many steps of growth, with up to a tenth more, so that not all probe in one moment. */
export function openMsAt(rules: BreakerRules, growth: number, random: () => number): number {
  const grownMs = grownOpenMs(rules, growth);
  return grownMs + random() * MAX_JITTER * grownMs;
}

/** The growth after one more failed probe. It ends where the open time has reached its most, so that decay begins there. */
export function grow(rules: BreakerRules, growth: number): number {
  return grownOpenMs(rules, growth) < rules.maxOpenMs ? growth + 1 : growth;
}

/** Growth shrinks by one step for each healthy stretch as long as the open time at that step. */
export function decayedGrowth(state: BreakerState, rules: BreakerRules, nowMs: number): number {
  let growth = state.openSteps;
  let healthyMs = nowMs - state.phaseSinceMs;
  while (growth > 0) {
    healthyMs -= grownOpenMs(rules, growth);
    if (healthyMs < 0) break;
    growth -= 1;
  }
  return growth;
}

function grownOpenMs(rules: BreakerRules, growth: number): number {
  return Math.min(rules.maxOpenMs, rules.openMs * rules.openFactor ** growth);
}
