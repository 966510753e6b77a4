import { CountWindow, type OutcomeWindow, TimeWindow, type WindowCounts } from '../window/window.js';

/** Span of the rates: the last `ms` milliseconds, or the last `size` outcomes. */
export type WindowRules =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'count'; readonly size: number };

/** Rules for tripping a breaker and for closing it again. */
export interface BreakerRules {
  readonly consecutiveFailures: number | false;
  readonly consecutiveForMs: number | 'auto';
  readonly failureRate: number | false;
  readonly minimumCalls: number;
  readonly window: WindowRules;
  readonly slowCallMs: number | undefined;
  readonly slowCallRate: number;
  readonly openMs: number;
  readonly openFactor: number | undefined;
  readonly maxOpenMs: number;
  readonly probes: number;
  readonly probeShare: number;
  readonly successesToClose: number;
  readonly probeLeaseMs: number;
  readonly ramp: readonly number[] | false;
}

/** Returns the number of probes that are let through at a time to a key with this many calls per second. */
export function probesAt({ probes, probeShare }: BreakerRules, callsPerSecond: number): number {
  return Math.max(probes, Math.floor(probeShare * callsPerSecond));
}

/** The rule that tripped a breaker. */
export type TripRule = 'consecutive-failures' | 'failure-rate' | 'slow-call-rate';

/** A run of failures. */
export interface Run {
  readonly length: number;
  readonly ms: number;
  /** Least duration of such a run before the default rules take it for an outage. */
  readonly leastMs: number;
}

/** Returns the first rule that is met, if any. `counts` are those of the whole fleet; the run is this process's own. */
export function trippedRule(rules: BreakerRules, counts: WindowCounts, run: Run): TripRule | undefined {
  if (runIsLong(rules, run)) return 'consecutive-failures';
  if (failureRateIsMet(rules, counts)) return 'failure-rate';
  if (slowCallRateIsMet(rules, counts)) return 'slow-call-rate';
  return undefined;
}

function runIsLong({ consecutiveFailures, consecutiveForMs }: BreakerRules, { length, ms, leastMs }: Run): boolean {
  // Parts of calls add up: a third and two thirds are not exactly one.
  if (consecutiveFailures === false || length + 1e-9 < consecutiveFailures) return false;
  return ms >= (consecutiveForMs === 'auto' ? leastMs : consecutiveForMs);
}

function failureRateIsMet({ failureRate, minimumCalls }: BreakerRules, counts: WindowCounts): boolean {
  if (failureRate === false || counts.calls < minimumCalls || counts.failures === 0) return false;
  return counts.failures >= failureRate * counts.calls;
}

function slowCallRateIsMet({ slowCallMs, slowCallRate, minimumCalls }: BreakerRules, counts: WindowCounts): boolean {
  if (slowCallMs === undefined || counts.calls < minimumCalls || counts.slow === 0) return false;
  return counts.slow >= slowCallRate * counts.calls;
}

/** Returns an empty window of the kind that the rules name. */
export function windowFor(rules: WindowRules): OutcomeWindow {
  return rules.kind === 'time' ? new TimeWindow(rules.ms) : new CountWindow(rules.size);
}

const RUN_MEMORY_WITH_COUNT_WINDOW_MS = 30_000;

/** Returns the time without an outcome after which a run of failures is forgotten, in ms. */
export function runMemoryMs(rules: WindowRules): number {
  return rules.kind === 'time' ? rules.ms : RUN_MEMORY_WITH_COUNT_WINDOW_MS;
}
