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

/** What is known of the attempt that may be followed by another. */
export interface FailedAttempt {
  readonly verdict: Verdict;
  readonly attempted: AttemptFacts;
  readonly hintMs: number | undefined;
  /** The driver has no way to make another. */
  readonly isLast: boolean;
}

/** Whether a retry follows: by the plan, then by breaker and budget, of which the budget is asked last since asking costs. */
export function decide(state: CallContext, failed: FailedAttempt, nowMs: number): Decision {
  const { settings } = state;
  const { verdict } = failed;
  if (isCancelled(state)) return { retry: false, stopReason: 'cancelled' };
  if (settings.retry === false || failed.isLast || isLetGo(state)) {
    return { retry: false, stopReason: verdict === 'permanent' ? 'permanent' : 'disabled' };
  }
  const plan = plannedRetry(state, settings.retry, failed, nowMs);
  if (!plan.retry) return plan;
  const decision = granted(state, plan, verdict === 'throttled' ? 'throttled' : 'transient', nowMs);
  if (decision.retry) state.entry.coolDown.takeTurn(nowMs, turnOf(state, nowMs)?.waitMs ?? 0);
  return decision;
}

/** Leave for a retry that somebody else's rules want: time, breaker and budget have their say, no other rule of the policy. */
export function permitRetry(
  state: CallContext,
  delayMs: number,
  reason: 'transient' | 'throttled',
  nowMs: number,
): Decision {
  if (isCancelled(state)) return { retry: false, stopReason: 'cancelled' };
  if (isLetGo(state)) return { retry: false, stopReason: 'disabled' };
  if (delayMs >= deadlineLeftMs(state, nowMs)) return { retry: false, stopReason: 'deadline' };
  // No attempt begins later than that, so there is no need to wait for one.
  if (state.settings.retry !== false && delayMs > elapsedLeftMs(state, nowMs)) {
    return { retry: false, stopReason: 'elapsed' };
  }
  return granted(state, { retry: true, delayMs }, reason, nowMs);
}

/** Tells whether a request may be sent again, whatever became of it, if the policy allows retries at all. */
export function mayRepeat(state: CallContext): boolean {
  const { call, settings } = state;
  const { retry } = settings;
  if (retry === false || (call?.maxRetries ?? retry.maxRetries) === 0) return false;
  return repeatable(state, retry, undefined) === 'yes';
}

/** Whether nothing may be waited for any more. What is only observed waits for nothing, and is counted as before. */
function isLetGo({ mode, released }: CallContext): boolean {
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
    // Nothing is held back from a call that is only observed: no report of one may say so.
    if (refusal === undefined) log.wouldRetry(plan.delayMs, reason, chanceOf(state, nowMs));
    return { retry: false, stopReason: 'disabled' };
  }
  if (refusal !== undefined) return { retry: false, stopReason: refusal };
  log.retrying(plan.delayMs, reason, nowMs);
  return plan;
}

/** Which of breaker and budget forbids a retry now. A retry that neither forbids has been taken out of the budget. */
function refusalOf({ breaker, entry, mayMove }: CallContext, nowMs: number): 'circuit-open' | 'budget' | undefined {
  if (!mayMove && breaker?.isOpen(nowMs)) return 'circuit-open';
  return entry.tryWithdraw(nowMs) ? undefined : 'budget';
}

/** The share of good answers lately: the chance of a retry, as far as can be known without making it. */
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

/** Returns when the call may come back after the key's cool-down; undefined if the policy has none. */
function turnOf({ settings, entry }: CallContext, nowMs: number): Turn | undefined {
  return settings.coolDown === false ? undefined : entry.coolDown.nextTurn(nowMs, entry.turnEveryMs(nowMs));
}

/**
 * Whether the request may be sent again: by the call's own word, else by the methods that the call and the outcome name, all of
 * which have to be idempotent, else because nothing was sent.
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

/** What the call says of repeating it. A function cannot be asked about no outcome, and then may forbid it. */
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
