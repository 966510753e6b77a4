import { CountWindow, type OutcomeWindow, TimeWindow, type WindowCounts } from '../window/window.js';

/** Over what the rates are taken: the last `ms` milliseconds, or the last `size` outcomes. */
export type WindowRules =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'count'; readonly size: number };

/** When a breaker trips, and how it comes back. */
export interface BreakerRules {
  readonly consecutiveFailures: number | false;
  readonly consecutiveForMs: number | 'auto';
  readonly failureRate: number | false;
  readonly minimumCalls: number;
  readonly window: WindowRules;
  readonly slowCallMs: number | undefined;
  readonly slowCallRate: number;
  readonly openMs: number;
  readonly openFactor: number;
  readonly maxOpenMs: number;
  readonly probes: number;
  readonly successesToClose: number;
  readonly probeLeaseMs: number;
  readonly ramp: readonly number[] | false;
}

/** The rule that tripped a breaker. */
export type TripRule = 'consecutive-failures' | 'failure-rate' | 'slow-call-rate';

/** For how long a key has been in trouble, and how it was before. */
export interface HealthHistory {
  /** Failures since the last success. */
  readonly runLength: number;
  readonly runMs: number;
  /** Since when the failure rate has been met without a break, in ms; undefined where it is not met. */
  readonly rateMetMs: number | undefined;
  /** Whether there were so many good calls before that a blip alone would meet the rules. */
  readonly wasBusyAndWell: boolean;
}

/**
 * On a busy key five failures in a row may take 10 ms, and half a window of failures may be every other second's:
 * neither is an outage yet. There, with `auto`, a run has to last this long, and a rate for as long as its window.
 */
export const BLIP_MS = 2_000;

/** The first rule that is met, if any. `counts` are those of the whole fleet; the trouble is this process's own. */
export function trippedRule(rules: BreakerRules, counts: WindowCounts, trouble: HealthHistory): TripRule | undefined {
  if (runIsLong(rules, trouble)) return 'consecutive-failures';
  if (failureRateIsMet(rules, counts) && rateHolds(rules, trouble)) return 'failure-rate';
  if (slowCallRateIsMet(rules, counts)) return 'slow-call-rate';
  return undefined;
}

export function failureRateIsMet({ failureRate, minimumCalls }: BreakerRules, counts: WindowCounts): boolean {
  if (failureRate === false || counts.calls < minimumCalls || counts.failures === 0) return false;
  return counts.failures >= failureRate * counts.calls;
}

function slowCallRateIsMet({ slowCallMs, slowCallRate, minimumCalls }: BreakerRules, counts: WindowCounts): boolean {
  if (slowCallMs === undefined || counts.calls < minimumCalls || counts.slow === 0) return false;
  return counts.slow >= slowCallRate * counts.calls;
}

function runIsLong({ consecutiveFailures, consecutiveForMs }: BreakerRules, trouble: HealthHistory): boolean {
  if (consecutiveFailures === false || trouble.runLength < consecutiveFailures) return false;
  const autoMs = trouble.wasBusyAndWell ? BLIP_MS : 0;
  return trouble.runMs >= (consecutiveForMs === 'auto' ? autoMs : consecutiveForMs);
}

function rateHolds({ consecutiveForMs, window }: BreakerRules, trouble: HealthHistory): boolean {
  if (consecutiveForMs !== 'auto' || !trouble.wasBusyAndWell) return true;
  return trouble.rateMetMs !== undefined && trouble.rateMetMs >= runMemoryMs(window);
}

/** A stretch of successes without a long pause. */
export interface HealthyStretch {
  readonly calls: number;
  readonly ms: number;
}

const BUSY_FROM_MS = 250;
const BUSY_FROM_CALLS = 5;

/** Whether a blip would have held so many calls that it could be taken for an outage. */
export function isBusy(healthy: HealthyStretch): boolean {
  return healthy.ms >= BUSY_FROM_MS && healthy.calls * BLIP_MS > BUSY_FROM_CALLS * healthy.ms;
}

/** An empty window of the kind that the rules ask for. */
export function windowFor(rules: WindowRules): OutcomeWindow {
  return rules.kind === 'time' ? new TimeWindow(rules.ms) : new CountWindow(rules.size);
}

const RUN_MEMORY_WITH_COUNT_WINDOW_MS = 30_000;

/** After how long without an outcome a run of failures is forgotten. */
export function runMemoryMs(rules: WindowRules): number {
  return rules.kind === 'time' ? rules.ms : RUN_MEMORY_WITH_COUNT_WINDOW_MS;
}
