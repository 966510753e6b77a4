import type { BreakerRules } from './rules.js';
import { countsCalls } from './run.js';
import type { BreakerState } from './state.js';

const MAX_JITTER = 0.1;
/** The open time as a share of the outage so far: probes then grow in number with the logarithm of its length. */
const SHARE_OF_OUTAGE = 0.05;

/** Input of the open time. */
export interface Outage {
  /** Duration of the outage so far, in ms. */
  readonly ms: number;
  /** Steps of `openFactor`; 0 if that is not set. */
  readonly steps: number;
}

/** Returns how long the circuit stays open, with up to a tenth more, so that not all processes probe in one moment. */
export function openMsAt(rules: BreakerRules, outage: Outage, random: () => number): number {
  const { openMs, openFactor, maxOpenMs } = rules;
  const grownMs =
    openFactor === undefined ? Math.max(openMs, SHARE_OF_OUTAGE * outage.ms) : grownOpenMs(rules, outage.steps);
  const ms = Math.min(maxOpenMs, grownMs);
  return ms + random() * MAX_JITTER * ms;
}

/**
 * Returns the time after which a probe that has not ended lets another one through, in ms. By default that is the time
 * after which one would follow if it had failed: it may belong to a caller that waits for long, and all others are
 * refused meanwhile.
 */
export function leaseMsAt(rules: BreakerRules, { outageSinceMs, openSteps }: BreakerState, nowMs: number): number {
  if (!countsCalls(rules)) return rules.probeLeaseMs;
  const dueMs = openMsAt(rules, { ms: nowMs - outageSinceMs, steps: openSteps }, () => 0);
  return Math.min(rules.probeLeaseMs, dueMs);
}

/**
 * Returns the start of the outage for which the circuit opens now. The previous outage goes on if the server was well
 * for only a small share of its length.
 */
export function outageStart(state: BreakerState, nowMs: number): number {
  const wellMs = nowMs - state.phaseSinceMs;
  const lastMs = state.phaseSinceMs - state.outageSinceMs;
  return wellMs < SHARE_OF_OUTAGE * lastMs ? state.outageSinceMs : nowMs;
}

/**
 * Returns the steps after one more failed probe. They stop growing when the open time has reached its upper bound, so
 * that decay begins there.
 */
export function grow(rules: BreakerRules, steps: number): number {
  return rules.openFactor !== undefined && grownOpenMs(rules, steps) < rules.maxOpenMs ? steps + 1 : steps;
}

/** Returns the steps less one for each healthy stretch as long as the open time at that step. */
export function decayedGrowth(state: BreakerState, rules: BreakerRules, nowMs: number): number {
  let steps = state.openSteps;
  let healthyMs = nowMs - state.phaseSinceMs;
  while (steps > 0) {
    healthyMs -= grownOpenMs(rules, steps);
    if (healthyMs < 0) break;
    steps -= 1;
  }
  return steps;
}

function grownOpenMs({ openMs, openFactor = 1, maxOpenMs }: BreakerRules, steps: number): number {
  return Math.min(maxOpenMs, openMs * openFactor ** steps);
}
