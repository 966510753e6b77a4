import type { HealthSample } from '../breaker/state.js';
import type { LoadSignal } from '../limit/limit.js';
import { loadSignalOf } from '../limit/load-signal.js';
import { isKnown } from '../outcome/network-codes.js';
import { nothingSent } from '../outcome/nothing-sent.js';
import type { Outcome } from '../outcome/outcome.js';
import type { Verdict } from '../outcome/verdict.js';
import type { FailureDigest } from '../untrusted/failure-digest.js';
import { peek } from '../untrusted/safe-read.js';
import type { CallContext } from './call-context.js';
import { type AttemptFacts, isPlainSuccess, judge } from './judgement.js';
import type { AttemptPermit } from './permit.js';
import { decide } from './retry-decision.js';
import type { Decision } from './session.js';
import { recordSuccess } from './success.js';
import { predicateCaller } from './user-hooks.js';

const SUCCEEDED: Decision = Object.freeze({ retry: false, stopReason: 'success' });

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly result: Outcome;
  /** The error in which a response came, if any. */
  readonly thrown: unknown;
  /** Set if the driver cannot make another attempt. */
  readonly isLast: boolean;
}

/** Releases everything that an attempt holds, records what it showed, and decides what follows. */
export function settleAttempt(
  state: CallContext,
  permit: AttemptPermit,
  { result, thrown, isLast }: EndedAttempt,
  nowMs: number,
): Decision {
  if (isPlainSuccess(result, state.settings, state.call)) return settleSuccess(state, permit, result, nowMs);
  const { entry, log, settings } = state;
  const attempted = factsOf(state, permit, { result, thrown }, nowMs - permit.startedMs);
  const ask = predicateCaller(state);
  const { verdict, evidence, hintMs, coolsDown, cause } = judge(settings, attempted, settings.clock.wallNow(), ask);
  if (leavesFateUnknown(state, result)) state.hasUnknownFate = true;
  const sign = loadSignalOf(result);
  release(state, permit, evidence, sign, nowMs);
  noteLateness(state, permit, sign, nowMs);
  if (coolsDown && hintMs !== undefined) coolDown(state, hintMs, nowMs, cause);
  else if (isServed(verdict, result)) entry.served(nowMs, permit.startedMs);
  log.attemptEnded(permit, verdict, result, nowMs);
  const failed = { verdict, attempted, hintMs, isLast };
  const decision = verdict === 'success' ? SUCCEEDED : decide(state, failed, nowMs);
  if (!decision.retry) callFailed(state, permit, evidence, nowMs);
  return decision;
}

/** Settles an attempt that ended like nearly all: there is nothing to judge. */
function settleSuccess(state: CallContext, permit: AttemptPermit, result: Outcome, nowMs: number): Decision {
  const { pass, limit, startedMs } = permit;
  recordSuccess(state.settings, state.entry, state.breaker, pass, limit, startedMs, nowMs);
  state.log.attemptEnded(permit, 'success', result, nowMs);
  return SUCCEEDED;
}

/** Releases everything that an attempt holds if it was cut short or sent nothing. */
export function abandonAttempt(
  state: CallContext,
  permit: AttemptPermit,
  why: 'cancelled' | 'deadline' | 'unused',
  nowMs: number,
): Decision {
  if (why === 'unused') {
    release(state, permit, undefined, 'none', nowMs);
    state.log.attemptUnmade();
    return SUCCEEDED;
  }
  // An attempt that had most of the time and brought nothing counts against the server; one that began late does not.
  const givenMs = timeGivenMs(state, why, nowMs);
  const hung = givenMs !== undefined && (nowMs - permit.startedMs) * 2 >= givenMs;
  const evidence: HealthSample | undefined = hung ? { failed: true, slow: false, cause: undefined } : undefined;
  release(state, permit, evidence, hung ? 'timed-out' : 'none', nowMs);
  state.log.attemptEnded(permit, hung ? 'transient' : 'cancelled', undefined, nowMs);
  return { retry: false, stopReason: why };
}

/** Notes if an attempt has timed out at a server that answers late: its retry waits for its turn. */
function noteLateness(state: CallContext, { startedMs }: AttemptPermit, sign: LoadSignal, nowMs: number): void {
  const { entry, turn } = state;
  const isLate = sign === 'timed-out' && !entry.answersBeside(startedMs, nowMs);
  state.lateMs = isLate ? nowMs - startedMs : undefined;
  if (isLate && turn !== undefined) entry.triedInVain(startedMs);
}

function factsOf(
  { call, entry, hasUnknownFate, idempotencyKey }: CallContext,
  { attempt }: AttemptPermit,
  { result, thrown }: Omit<EndedAttempt, 'isLast'>,
  durationMs: number,
): AttemptFacts {
  const info = { key: entry.key, method: call?.method?.toUpperCase(), url: call?.url };
  const mayBeInProgress = hasUnknownFate && idempotencyKey !== undefined;
  return { result, attempt, durationMs, thrown, call: info, statuses: call?.statuses, mayBeInProgress };
}

/** Tells if the server may have acted on the request, or may still do so, although no answer shows it. */
function leavesFateUnknown({ oneRequestPerAttempt }: CallContext, result: Outcome): boolean {
  if (result.kind === 'response') return result.status >= 500 || result.status === 408;
  return result.kind === 'error' && !(oneRequestPerAttempt && nothingSent(result));
}

/** Releases the attempt's slot and its breaker permit, with what it showed about the server. */
function release(
  state: CallContext,
  { pass, limit, startedMs }: AttemptPermit,
  evidence: HealthSample | undefined,
  sign: LoadSignal,
  nowMs: number,
): void {
  limit?.release(nowMs, startedMs, sign);
  const { breaker } = state;
  if (breaker === undefined || pass === undefined) return;
  if (evidence === undefined) breaker.release(pass);
  else breaker.record(pass, evidence.failed ? failure(state, evidence, startedMs, sign, nowMs) : evidence, nowMs);
}

/** Adds to the sample of a failed attempt how much of its call it stands for, and how it timed out if it did. */
function failure(
  state: CallContext,
  evidence: HealthSample,
  startedMs: number,
  sign: LoadSignal,
  nowMs: number,
): HealthSample {
  const callShare = 1 / attemptsAllowed(state);
  if (sign !== 'timed-out') return { ...evidence, callShare };
  const afterMs = nowMs - startedMs;
  return { ...evidence, callShare, timeout: { afterMs, inCrowd: state.entry.wasServedUntil(startedMs, nowMs) } };
}

/** Counts the attempts that a failed call will not make any more as failed, too, for a breaker that counts calls. */
function callFailed(
  state: CallContext,
  { pass }: AttemptPermit,
  evidence: HealthSample | undefined,
  nowMs: number,
): void {
  const made = Math.min(1, state.log.attempts / attemptsAllowed(state));
  if (pass === undefined || !evidence?.failed || made === 1) return;
  state.breaker?.recordCallFailed(pass, 1 - made, evidence.cause, nowMs);
}

function attemptsAllowed({ call, settings: { retry } }: CallContext): number {
  return retry === false ? 1 : 1 + (call?.maxRetries ?? retry.maxRetries);
}

/**
 * Returns how much time the call had until its deadline or the timeout of the caller's own signal. Undefined if the
 * caller cancelled.
 */
function timeGivenMs(
  { call, log, timeouts }: CallContext,
  why: 'cancelled' | 'deadline',
  nowMs: number,
): number | undefined {
  if (why === 'deadline') return timeouts.totalMs;
  return isTimeout(call?.signal?.reason) ? log.elapsedMs(nowMs) : undefined;
}

/** Tells a signal that ran out of time, as those of `AbortSignal.timeout` do, from one that the caller aborted. */
function isTimeout(reason: unknown): boolean {
  return peek(reason, 'name') === 'TimeoutError';
}

function coolDown(state: CallContext, hintMs: number, nowMs: number, cause: FailureDigest | undefined): void {
  const { entry, settings } = state;
  if (settings.coolDown === false) return;
  const isFirst = !state.wasThrottled;
  state.wasThrottled = true;
  if (!entry.throttled(nowMs, isFirst)) return;
  entry.startCoolDown(Math.min(hintMs, settings.coolDown.maxMs), nowMs, cause);
}

/** Tells if the server has served the call, even by rejecting it. An error of unknown kind was made from an answer. */
function isServed(verdict: Verdict, result: Outcome): boolean {
  if (verdict !== 'permanent') return verdict === 'success';
  return result.kind !== 'error' || !isKnown(result.code ?? '');
}
