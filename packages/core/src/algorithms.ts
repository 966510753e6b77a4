// Pure algorithms: time and randomness are arguments.

export { admitThroughBreaker } from './breaker/admission.js';
export { recordOutcome, releaseBreakerPermit, tripIfDue } from './breaker/machine.js';
export { openMsAt } from './breaker/open-time.js';
export { forceCloseBreaker, forceOpenBreaker, resetBreaker } from './breaker/override.js';
export { countsOf, openRemainingMs, type TransitionListener } from './breaker/phase.js';
export type { BreakerRules, TripRule, WindowRules } from './breaker/rules.js';
export {
  type BreakerAdmission,
  type BreakerPermit,
  type BreakerPhase,
  type BreakerRefusal,
  type BreakerState,
  type HealthSample,
  newBreakerState,
  type ProbeLease,
  type Transition,
  type TransitionReason,
} from './breaker/state.js';
export {
  type Backoff,
  type BackoffFunction,
  type BackoffInput,
  type BackoffKind,
  type BackoffOptions,
  type BackoffRange,
  type BackoffSettings,
  backoffDelay,
  backoffRange,
} from './retry/backoff.js';
export { type BudgetRules, RetryBudget } from './retry/budget.js';
export type { Jitter } from './retry/jitter.js';
export { type HeaderValue, parseRetryAfter, parseRetryAfterMs, retryAfterHint } from './retry/retry-after.js';
export { CountWindow, type OutcomeWindow, TimeWindow, type WindowCounts } from './window/window.js';
