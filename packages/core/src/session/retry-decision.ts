import type { RetrySettings } from '../options/retry-options.js';
import { nothingSent } from '../outcome/nothing-sent.js';
import { ownMethodsOf } from '../outcome/own-method.js';
import type { Verdict } from '../outcome/verdict.js';
import type { Turn } from '../retry/cool-down.js';
import { planRetry, type RetryPlan } from '../retry/plan.js';
import { type CallContext, deadlineLeftMs, elapsedLeftMs, isCancelled } from './call-context.js';
import { type AttemptFacts, outcomeInfo } from './judgement.js';
import type { Decision } from './session.js';
import { predicateCaller, safeBackoff } from './user-hooks.js';

/** An attempt that may be followed by another. */
export interface FailedAttempt {
  readonly verdict: Verdict;
  readonly attempted: AttemptFacts;
  readonly hintMs: number | undefined;
  /** Set if the driver cannot make another attempt. */
  readonly isLast: boolean;
}

/**
 * Decides if a retry follows: by the plan, then the breaker, then the budget. The budget comes last, since it is
 * charged for each retry that it allows.
 */
export function decide(state: CallContext, failed: FailedAttempt, nowMs: number): Decision {
  const { settings } = state;
  const { verdict } = failed;
  if (isCancelled(state)) return { retry: false, stopReason: 'cancelled' };
  if (settings.retry === false || failed.isLast || isReleased(state)) {
    return { retry: false, stopReason: verdict === 'permanent' ? 'permanent' : 'disabled' };
  }
  const plan = plannedRetry(state, settings.retry, failed, nowMs);
  if (!plan.retry) return plan;
  const decision = granted(state, plan, verdict === 'throttled' ? 'throttled' : 'transient', nowMs);
  if (decision.retry) {
    const turnMs = turnOf(state, nowMs)?.waitMs ?? 0;
    state.entry.coolDown.takeTurn(nowMs, turnMs);
    state.isUnpaced = verdict === 'throttled' && turnMs === 0;
  }
  return decision;
}

/** Decides about a retry by the driver's own rules. Of the policy's rules, only time, breaker and budget apply. */
export function permitRetry(
  state: CallContext,
  delayMs: number,
  reason: 'transient' | 'throttled',
  nowMs: number,
): Decision {
  if (isCancelled(state)) return { retry: false, stopReason: 'cancelled' };
  if (isReleased(state)) return { retry: false, stopReason: 'disabled' };
  if (delayMs >= deadlineLeftMs(state, nowMs)) return { retry: false, stopReason: 'deadline' };
  // No attempt may begin later than that, so there is no reason to wait.
  if (state.settings.retry !== false && delayMs > elapsedLeftMs(state, nowMs)) {
    return { retry: false, stopReason: 'elapsed' };
  }
  return granted(state, { retry: true, delayMs }, reason, nowMs);
}

/** Tells if a request may be sent again, whatever its outcome was, provided that the policy allows retries. */
export function mayRepeat(state: CallContext): boolean {
  const { call, settings } = state;
  const { retry } = settings;
  if (retry === false || (call?.maxRetries ?? retry.maxRetries) === 0) return false;
  return repeatable(state, retry, undefined) === 'yes';
}

/** Tells if the call must not wait any more. A call that is only observed never waits, and is counted as before. */
function isReleased({ mode, released }: CallContext): boolean {
  return mode === 'enforce' && released !== undefined;
}

function granted(
  state: CallContext,
  plan: Extract<Decision, { retry: true }>,
  reason: 'transient' | 'throttled',
  nowMs: number,
): Decision {
  const { log } = state;
  const refusal = refusalOf(state, nowMs);
  if (state.mode === 'observe') {
    // A call that is only observed is never held back, and its report must not claim otherwise.
    if (refusal === undefined) log.wouldRetry(plan.delayMs, reason, chanceOf(state, nowMs));
    return { retry: false, stopReason: 'disabled' };
  }
  if (refusal !== undefined) return { retry: false, stopReason: refusal };
  log.retrying(plan.delayMs, reason, nowMs);
  return plan;
}

/** Returns which of breaker and budget forbids a retry now. If neither does, takes the retry out of the budget. */
function refusalOf({ breaker, entry, mayMove }: CallContext, nowMs: number): 'circuit-open' | 'budget' | undefined {
  if (!mayMove && breaker?.isOpen(nowMs)) return 'circuit-open';
  return entry.tryWithdraw(nowMs) ? undefined : 'budget';
}

/** Returns the recent share of good answers: the best estimate of a retry's chance. */
function chanceOf({ breaker, entry }: CallContext, nowMs: number): number {
  const seen = breaker === undefined ? undefined : breaker.counts(nowMs);
  if (seen !== undefined && seen.calls > 0) return 1 - seen.failures / seen.calls;
  const { calls, failed } = entry.observedCounts();
  return 1 - failed / calls;
}

function plannedRetry(state: CallContext, retry: RetrySettings, failed: FailedAttempt, nowMs: number): RetryPlan {
  const { settings, log } = state;
  const turn = turnOf(state, nowMs);
  return planRetry(
    {
      verdict: failed.verdict,
      repeatable: repeatable(state, retry, failed.attempted),
      retriesMade: log.attempts - 1,
      maxRetries: state.call?.maxRetries ?? retry.maxRetries,
      backoff: safeBackoff(retry.backoff, state),
      previousMs: log.previousDelayMs,
      hintMs: failed.hintMs,
      coolDownMs: turn?.waitMs ?? 0,
      coolDownSpreadMs: turn?.spreadMs ?? 0,
      patienceMs: state.call?.clientTimeoutMs ?? Number.POSITIVE_INFINITY,
      elapsedLeftMs: elapsedLeftMs(state, nowMs),
      deadlineLeftMs: deadlineLeftMs(state, nowMs),
    },
    settings.random,
  );
}

/** Returns when the call may come back after the key's cool-down. Undefined if the policy has none. */
function turnOf({ settings, entry }: CallContext, nowMs: number): Turn | undefined {
  return settings.coolDown === false ? undefined : entry.nextTurn(nowMs, settings.random);
}

/**
 * Tells if the request may be sent again. The call's own option decides first. Otherwise, all methods that the call and
 * the outcome name must be idempotent, or nothing was sent.
 */
function repeatable(
  state: CallContext,
  retry: RetrySettings,
  attempted: AttemptFacts | undefined,
): 'yes' | 'not-idempotent' | 'one-shot-body' {
  const { call } = state;
  const said = ownWord(state, attempted);
  if (said === false) return 'not-idempotent';
  if (call?.oneShotBody) return 'one-shot-body';
  const isSafe = said === true || state.idempotencyKey !== undefined || methodsAllow(state, retry, attempted);
  if (isSafe) return 'yes';
  const wasSent = attempted === undefined || !state.oneRequestPerAttempt || !nothingSent(attempted.result);
  return wasSent ? 'not-idempotent' : 'yes';
}

/** Returns the call's own `idempotent`. A function needs an outcome to decide on, and counts as false without one. */
function ownWord(state: CallContext, attempted: AttemptFacts | undefined): boolean | undefined {
  const idempotent = state.call?.idempotent;
  if (typeof idempotent !== 'function') return idempotent;
  if (attempted === undefined) return false;
  return predicateCaller(state)('idempotent', idempotent, outcomeInfo(attempted), attempted.call);
}

function methodsAllow({ call }: CallContext, retry: RetrySettings, attempted: AttemptFacts | undefined): boolean {
  const isIdempotent = (method: string): boolean =>
    call?.methods?.some((own) => own.toUpperCase() === method) ?? retry.methods.has(method);
  if (call?.method !== undefined && !isIdempotent(call.method.toUpperCase())) return false;
  return attempted === undefined || ownMethodsOf(attempted.result, attempted.thrown).every(isIdempotent);
}
