import { newBreakerState, recordOutcome } from '@breakwater/core/algorithms';
import type { BreakerRules, TripRule } from '@breakwater/core/store';

/** A rule of the breaker, with the time after which it opens the circuit. */
export interface TripTime {
  readonly rule: TripRule;
  readonly callsPerSecond: number;
  /** From the first failure, in ms; null if the rule is never met at this rate. */
  readonly afterMs: number | null;
}

/** Returns the rules that are on. */
export function rulesOf({ consecutiveFailures, failureRate, slowCallMs }: BreakerRules): TripRule[] {
  const on: readonly (readonly [TripRule, boolean])[] = [
    ['consecutive-failures', consecutiveFailures !== false],
    ['failure-rate', failureRate !== false],
    ['slow-call-rate', slowCallMs !== undefined],
  ];
  return on.filter(([, isOn]) => isOn).map(([rule]) => rule);
}

/**
 * Returns the time after which one rule alone opens the circuit of a healthy key when each attempt begins to fail (or
 * to be slow). Uses core's own breaker, with one attempt per call at even distances.
 */
export function tripTime(rules: BreakerRules, rule: TripRule, callsPerSecond: number): TripTime {
  const alone = onlyRule(rules, rule);
  const steps = stepsWanted(alone, callsPerSecond);
  const scale = Math.min(1, MAX_STEPS / (steps.well + steps.failing));
  const scaled = scale === 1 ? alone : thinned(alone, scale);
  const afterMs = simulated(scaled, callsPerSecond * scale, {
    well: Math.ceil(steps.well * scale),
    failing: Math.ceil(steps.failing * scale),
  });
  return { rule, callsPerSecond, afterMs };
}

interface Steps {
  readonly well: number;
  readonly failing: number;
}

/** Above this, one outcome stands for several: the instants differ by less than the distance of outcomes. */
const MAX_STEPS = 200_000;

function stepsWanted(rules: BreakerRules, callsPerSecond: number): Steps {
  const { window, consecutiveFailures, consecutiveForMs, minimumCalls } = rules;
  const inWindow = window.kind === 'time' ? Math.ceil((window.ms / 1_000) * callsPerSecond) : window.size;
  const runMs = consecutiveForMs === 'auto' ? 2_000 : consecutiveForMs;
  const inRun = Math.ceil((runMs / 1_000) * callsPerSecond) + (consecutiveFailures || 0);
  // Long enough to count as busy, or not.
  const well = Math.max(inWindow, Math.ceil(callsPerSecond)) + 10;
  return { well, failing: 3 * inWindow + inRun + minimumCalls + 10 };
}

function simulated(rules: BreakerRules, callsPerSecond: number, steps: Steps): number | null {
  const state = newBreakerState();
  const distanceMs = 1_000 / callsPerSecond;
  const isSlow = rules.slowCallMs !== undefined;
  const pass = { admitted: true, generation: 0, lease: undefined, token: undefined } as const;
  for (let step = 0; step < steps.well + steps.failing; step += 1) {
    const isBad = step >= steps.well;
    const evidence = { failed: isBad && !isSlow, slow: isBad && isSlow, cause: undefined };
    const transition = recordOutcome(state, rules, pass, evidence, step * distanceMs, () => 0);
    if (transition !== undefined) return (step - steps.well) * distanceMs;
  }
  return null;
}

function onlyRule(rules: BreakerRules, rule: TripRule): BreakerRules {
  return {
    ...rules,
    consecutiveFailures: rule === 'consecutive-failures' && rules.consecutiveFailures,
    failureRate: rule === 'failure-rate' && rules.failureRate,
    slowCallMs: rule === 'slow-call-rate' ? rules.slowCallMs : undefined,
  };
}

/** Returns the rules for a fraction of the outcomes. */
function thinned(rules: BreakerRules, scale: number): BreakerRules {
  const { consecutiveFailures, minimumCalls, window } = rules;
  return {
    ...rules,
    consecutiveFailures: consecutiveFailures === false ? false : Math.ceil(consecutiveFailures * scale),
    minimumCalls: Math.ceil(minimumCalls * scale),
    window: window.kind === 'time' ? window : { kind: 'count', size: Math.ceil(window.size * scale) },
  };
}
