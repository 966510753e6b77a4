import { type HealthSample, healthy } from '../breaker/state.js';
import type { CallInfo, OutcomePredicate } from '../options/call-info.js';
import { defaults } from '../options/defaults.js';
import type { PolicySettings } from '../options/options.js';
import { isKnown } from '../outcome/network-codes.js';
import type { Outcome, OutcomeInfo } from '../outcome/outcome.js';
import { healthOf, type Verdict, verdictOf } from '../outcome/verdict.js';
import { rateLimitHint } from '../retry/rate-limit-hint.js';
import { retryAfterHint, serverNowMs } from '../retry/retry-after.js';
import { digestOf, type FailureDigest } from '../untrusted/failure-digest.js';
import type { CallOptions } from './call-options.js';

/** A policy's judgement of an attempt's outcome. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The sample for the breaker. Undefined if the outcome proves nothing about the server. */
  readonly evidence: HealthSample | undefined;
  /** Time that the server asked to be left alone for, in ms from now. */
  readonly hintMs: number | undefined;
  /** Tells if the server asked this of all callers, not only of this one. */
  readonly coolsDown: boolean;
  /** The `cause` in the errors of calls that are refused because of this outcome. */
  readonly cause: FailureDigest | undefined;
}

/** Calls a user's predicate. Undefined if it gives no answer. */
export type AskHook = (
  hook: 'shouldRetry' | 'isFailure' | 'idempotent',
  predicate: OutcomePredicate,
  outcome: OutcomeInfo,
  call: CallInfo,
) => boolean | undefined;

export interface AttemptFacts {
  readonly result: Outcome;
  readonly attempt: number;
  readonly durationMs: number;
  /** The error in which a response came, if it came in one. */
  readonly thrown: unknown;
  readonly call: CallInfo;
  /** The call's own statuses that are worth a retry. Undefined if the policy's apply. */
  readonly statuses: readonly number[] | undefined;
  /** Set if the server may still be processing an earlier attempt with the same idempotency key. */
  readonly mayBeInProgress: boolean;
}

/** Tells if there is nothing to judge: the answer is good, and no user predicate may judge it otherwise. */
export function isPlainSuccess(
  result: Outcome,
  { retry, breaker }: PolicySettings,
  call: CallOptions | undefined,
): boolean {
  if (result.kind === 'error') return false;
  if (retry !== false && retry.shouldRetry !== undefined) return false;
  if (breaker !== false && breaker.isFailure !== undefined) return false;
  if (result.kind === 'value') return true;
  return isGoodStatus(result.status, retry, call);
}

/** Tells if an answer is good by its status, for a policy without user predicates. */
export function isGoodStatus(status: number, retry: PolicySettings['retry'], call: CallOptions | undefined): boolean {
  return status < 300 && call?.statuses === undefined && (retry === false || !retry.statuses.has(status));
}

export function judge(settings: PolicySettings, attempted: AttemptFacts, wallNowMs: number, ask: AskHook): Judgement {
  const { result } = attempted;
  const asked = (hook: 'shouldRetry' | 'isFailure', predicate: OutcomePredicate | undefined): boolean | undefined =>
    predicate && ask(hook, predicate, outcomeInfo(attempted), attempted.call);
  const hintMs = hintOf(settings, result, wallNowMs);
  const verdict = judgedVerdict(settings, attempted, hintMs, (predicate) => asked('shouldRetry', predicate));
  return {
    verdict,
    evidence: evidenceOf(settings, attempted, (predicate) => asked('isFailure', predicate)),
    hintMs,
    cause: hintMs === undefined ? undefined : causeOf(result, attempted.thrown),
    coolsDown: hintMs !== undefined && result.kind === 'response' && (result.status === 429 || result.status === 503),
  };
}

type Ask = (predicate: OutcomePredicate | undefined) => boolean | undefined;

const DEFAULT_STATUSES: ReadonlySet<number> = new Set(defaults.retry.statuses);

function judgedVerdict(
  { retry }: PolicySettings,
  { result, statuses, mayBeInProgress }: AttemptFacts,
  hintMs: number | undefined,
  ask: Ask,
): Verdict {
  const policyStatuses = retry === false ? DEFAULT_STATUSES : retry.statuses;
  const effective = statuses === undefined ? policyStatuses : new Set(statuses);
  const isPassing = hintMs !== undefined && isTooLargeForNow(result, effective);
  const isInProgress = mayBeInProgress && result.kind === 'response' && result.status === 409;
  const verdict = isPassing || isInProgress ? 'transient' : verdictOf(result, effective);
  const opinion = retry === false ? undefined : ask(retry.shouldRetry);
  if (opinion === undefined) return verdict;
  if (opinion) return result.kind === 'response' && result.status === 429 ? 'throttled' : 'transient';
  return verdict === 'success' ? 'success' : 'permanent';
}

/**
 * A 413 with a hint is temporary (RFC 9110 §15.5.14), so it is worth a retry by default, as in got. Statuses that the
 * user has listed hold as written.
 */
function isTooLargeForNow(result: Outcome, statuses: ReadonlySet<number>): boolean {
  if (result.kind !== 'response' || result.status !== 413) return false;
  return statuses.size === DEFAULT_STATUSES.size && [...statuses].every((status) => DEFAULT_STATUSES.has(status));
}

function evidenceOf(
  { breaker }: PolicySettings,
  { result, durationMs, thrown }: AttemptFacts,
  ask: Ask,
): HealthSample | undefined {
  if (breaker === false) return undefined;
  const opinion = ask(breaker.isFailure);
  const judged = opinion === undefined ? healthOf(result) : withOpinion(opinion, result);
  if (judged === 'neither') return opinion === undefined ? ambiguous(result) : undefined;
  const slow = breaker.slowCallMs !== undefined && durationMs >= breaker.slowCallMs;
  const failed = judged === 'failure';
  return { failed, slow, cause: failed ? causeOf(result, thrown) : undefined };
}

/**
 * Returns the sample of an answer or error that proves little: a 429 shows that the server is alive, and an error of
 * unknown kind shows that there was an answer.
 */
function ambiguous(result: Outcome): HealthSample | undefined {
  if (result.kind === 'response') return THROTTLED;
  return result.kind === 'error' && !isKnown(result.code ?? '') ? UNCLEAR : undefined;
}

const THROTTLED: HealthSample = { ...healthy, countsIn: 'probes' };
const UNCLEAR: HealthSample = { ...healthy, countsIn: 'rates' };

/**
 * Returns the health by the user's predicate. An answer that is no failure shows that the server is alive; an error
 * that is none shows nothing.
 */
function withOpinion(isFailure: boolean, result: Outcome): 'failure' | 'success' | 'neither' {
  if (isFailure) return 'failure';
  return result.kind === 'error' ? 'neither' : 'success';
}

/** Returns a digest of the failure. The failure itself would keep its caller's request alive after the call. */
function causeOf(result: Outcome, thrown: unknown): FailureDigest | undefined {
  if (result.kind === 'error') return digestOf(thrown ?? result.error, result.code, undefined);
  const status = result.kind === 'response' ? result.status : undefined;
  return digestOf(thrown ?? ANSWERED, undefined, status);
}

/** The cause for an answer that came as a value. */
const ANSWERED = Object.freeze({ name: 'FailedResponseError' });

function hintOf({ retry, coolDown }: PolicySettings, result: Outcome, wallNowMs: number): number | undefined {
  if (result.kind !== 'response') return undefined;
  if (retry !== false && !retry.respectRetryAfter) return undefined;
  const hintMs = retryAfterHint(result.headers, wallNowMs);
  if (hintMs !== undefined || result.status !== 429) return hintMs;
  // A quota may last for a day, and the server has not asked for that wait, so calls wait no longer than for a
  // cool-down.
  const { maxMs } = coolDown === false ? defaults.coolDown : coolDown;
  const quotaMs = rateLimitHint(result.headers, serverNowMs(result.headers, wallNowMs));
  return quotaMs === undefined ? undefined : Math.min(quotaMs, maxMs);
}

/** Returns the outcome as predicates see it. Its getters stay lazy. */
export function outcomeInfo({ result, attempt, durationMs }: AttemptFacts): OutcomeInfo {
  return Object.assign(Object.create(result) as Outcome, { attempt, durationMs });
}
