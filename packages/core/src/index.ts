// Policies

export type { CallCounts } from './key/key-entry.js';
export type { BreakerSnapshot, KeySnapshot, PolicySnapshot } from './key/key-snapshot.js';
export { defaults } from './options/defaults.js';
export {
  type DelayDescription,
  describePolicy,
  type PartDescription,
  type PolicyDescription,
} from './options/describe.js';
export type {
  AdaptiveLimitOptions,
  BreakerOptions,
  BreakerSettings,
  BudgetOptions,
  CallInfo,
  CallTimeouts,
  CoolDownOptions,
  CoolDownSettings,
  FixedLimitOptions,
  IdempotencyOptions,
  IdempotencySettings,
  LimitSettings,
  Mode,
  OutcomePredicate,
  PolicyOptions,
  PolicySettings,
  RetryOptions,
  RetrySettings,
  TimeoutOptions,
} from './options/options.js';
export { presets } from './options/presets.js';
export { createPolicy, type Policy } from './policy.js';
export type { ObservedCounts, ObservedSnapshot } from './telemetry/observed-calls.js';

// Calls

export type { Late } from './host/abort.js';
export { pause } from './host/pause.js';
export { AttemptContext, type AttemptFunction, CallGuard, type Ending } from './loop/attempt-context.js';
export { isHeaderText } from './options/checks.js';
export { type CallOptions, type ClientTraits, checkCall } from './session/call-options.js';
export type { Admission, Decision, Permit, Session } from './session/session.js';
export { type CallReport, keepReport, reportOf, type StopReason } from './telemetry/report.js';

// Outcomes

export { discardBody } from './outcome/discard-body.js';
export { codeOf } from './outcome/error-code.js';
export { headerOf } from './outcome/headers.js';
export {
  type AttemptResult,
  type ErrorOutcome,
  errorOutcome,
  type HeaderRecord,
  type Outcome,
  type ResponseOutcome,
  type ResponseParts,
  responseOutcome,
  resultOf,
  resultOfError,
  type ValueOutcome,
  valueOutcome,
} from './outcome/outcome.js';
export { failureOf, nothingSent, type Verdict, verdictOf } from './outcome/verdict.js';

// Errors

export {
  AttemptTimeoutError,
  BreakwaterError,
  type BreakwaterErrorCode,
  CircuitOpenError,
  CoolDownError,
  DeadlineExceededError,
  FailedResponseError,
  isAttemptTimeout,
  isCircuitOpen,
  isCoolDown,
  isDeadlineExceeded,
  isLimited,
  isRetryExhausted,
  LimitedError,
  RefusalError,
  RetryExhaustedError,
} from './outcome/errors.js';

// Algorithms: pure, with time and randomness as arguments

export {
  admit as admitAttempt,
  adopt as adoptPhase,
  countsOf,
  forceClose as forceCloseBreaker,
  forceOpen as forceOpenBreaker,
  openRemainingMs,
  recordOutcome,
  releasePass,
  reset as resetBreaker,
  type TransitionListener,
  tripIfDue,
} from './breaker/machine.js';
export { openMsAt } from './breaker/open-time.js';
export type { BreakerRules, TripRule, WindowRules } from './breaker/rules.js';
export {
  type Admission as BreakerAdmission,
  type BreakerPhase,
  type BreakerState,
  type Evidence,
  type FleetCounts,
  type Lease,
  newBreakerState,
  type Pass,
  type Refusal,
  type Transition,
  type TransitionReason,
} from './breaker/state.js';
export type { BreakerControl } from './key/breaker-control.js';
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

// Stores

export type { CoolDown } from './retry/cool-down.js';
export { memoryStore } from './store/memory-store.js';
export {
  announce,
  type BreakerStore,
  type KeyState,
  type KeyWatcher,
  newKeyState,
  type ProbeEnd,
  type ProbeGrant,
  type StoreContext,
  type StoreId,
  type StoreLink,
  type StoreStatus,
} from './store/store.js';

// For packages of which two builds may be loaded

export { processWide } from './host/process-wide.js';

// Events and time

export { type Clock, systemClock, type Timer } from './host/clock.js';
export { originOf } from './key/origin.js';
export type {
  AttemptEvent,
  BreakerEvent,
  BudgetEvent,
  CallEvent,
  CallKind,
  CoolDownEvent,
  GiveUpEvent,
  HookErrorEvent,
  PolicyEvent,
  PolicyEventListener,
  PolicyEventName,
  PolicyEvents,
  RejectEvent,
  RejectReason,
  RetryEvent,
  StoreEvent,
  WouldRejectEvent,
  WouldRetryEvent,
} from './telemetry/events.js';
