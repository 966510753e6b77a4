import { type BreakerRules, type Run, runMemoryMs } from './rules.js';
import { type BreakerState, type HealthSample, ownAll, type Timeout } from './state.js';

/**
 * Failed calls that one good answer makes up for: a server that answers fewer than one call in ten is of little use.
 */
const FAILURES_PER_ANSWER = 9;
/** Good answers in a row that end even the longest run: the server is back. */
const MAX_TOLERATED = 5;

/**
 * Least duration of a run of failures that the default rules take for an outage. At 500 calls a second, five failures
 * are 10 ms.
 */
export const BLIP_MS = 2_000;
/**
 * The same for a run of timeouts at a server that is rather overloaded, in timeouts, or in times that it took to answer
 * a patient caller. It often catches up by itself, and an open circuit then costs the time of a probe.
 */
const OVERLOAD_ROUNDS = 3;

/**
 * Records an outcome in the run of failures.
 *
 * A run that the user has set counts attempts, and a good answer ends it. By default it counts calls: one that still
 * retries counts for the part of its attempts that have failed so far, and one good answer in ten does not end the run.
 */
export function recordRun(state: BreakerState, rules: BreakerRules, sample: HealthSample, nowMs: number): void {
  // There is no run, and none begins.
  if (!sample.failed && state.runLength === 0) return;
  ownAll(state);
  const byCalls = countsCalls(rules);
  if (nowMs - state.lastOutcomeMs >= runMemoryMs(rules.window)) endRun(state);
  if (sample.failed) {
    noteTimeout(state, sample.timeout);
    if (state.runLength === 0) state.runStartedMs = nowMs;
    state.runFailedMs = nowMs;
    extendRun(state, byCalls ? (sample.callShare ?? 1) : 1);
  } else if (state.runLength > 0) {
    state.tolerance -= 1;
    // An answer to a caller that waited longer shows that the others would have had theirs, too.
    const isPatient = sample.tookMs !== undefined && sample.tookMs > state.runTimeoutMs;
    if (!byCalls || isPatient || state.tolerance < 0) endRun(state);
    if (isPatient) state.patientMs = sample.tookMs ?? 0;
  }
  state.lastOutcomeMs = nowMs;
}

function noteTimeout(state: BreakerState, timeout: Timeout | undefined): void {
  const isFirst = state.runLength === 0;
  state.runIsCrowded = timeout !== undefined && (isFirst ? timeout.inCrowd : state.runIsCrowded);
  state.runTimeoutMs = Math.max(isFirst ? 0 : state.runTimeoutMs, timeout?.afterMs ?? Number.POSITIVE_INFINITY);
}

/** Adds failures to a run. */
export function extendRun(state: BreakerState, failures: number): void {
  state.runLength += failures;
  state.tolerance = Math.min(MAX_TOLERATED, state.tolerance + failures / FAILURES_PER_ANSWER);
}

/** Returns whether a run counts calls, with all their retries, rather than attempts. */
export function countsCalls({ consecutiveForMs }: BreakerRules): boolean {
  return consecutiveForMs === 'auto';
}

/** Returns the run as the rules judge it. */
export function runOf(state: BreakerState): Run {
  const { runLength, runStartedMs, runFailedMs, runTimeoutMs, runIsCrowded, patientMs } = state;
  // The server may be overloaded as long as nothing but timeouts is known.
  const roundMs = Number.isFinite(runTimeoutMs) ? Math.max(patientMs, runIsCrowded ? runTimeoutMs : 0) : 0;
  const leastMs = Math.max(BLIP_MS, OVERLOAD_ROUNDS * roundMs);
  return { length: runLength, ms: runFailedMs - runStartedMs, leastMs };
}

/** Ends the run of failures. */
export function endRun(state: BreakerState): void {
  if (state.runLength === 0) return;
  state.runLength = 0;
  state.tolerance = 0;
  state.patientMs = 0;
}
