// Policies

export type { BreakerControl, ControlOptions } from './key/breaker-control.js';
export type { CallCounts } from './key/call-counts.js';
export type { BreakerSnapshot, KeySnapshot, PolicySnapshot, StoreSnapshot } from './key/key-snapshot.js';
export type { BreakerOpening } from './key/opening.js';
export { originOf } from './key/origin.js';
export type { BreakerOptions, BreakerSettings } from './options/breaker-options.js';
export type { BudgetOptions } from './options/budget-options.js';
export type { CallInfo, OutcomePredicate } from './options/call-info.js';
export type { CoolDownOptions, CoolDownSettings } from './options/cool-down-options.js';
export { defaults } from './options/defaults.js';
export {
  type DelayDescription,
  describePolicy,
  type PartDescription,
  type PolicyDescription,
} from './options/describe.js';
export type { IdempotencyOptions, IdempotencySettings } from './options/idempotency-options.js';
export type { AdaptiveLimitOptions, FixedLimitOptions, LimitSettings } from './options/limit-options.js';
export type { Mode } from './options/mode.js';
export type { AttributesFunction, PolicyOptions, PolicySettings } from './options/options.js';
export { presets } from './options/presets.js';
export type { RetryOptions, RetrySettings } from './options/retry-options.js';
export type { CallTimeouts, TimeoutOptions } from './options/timeout-options.js';
export { type PolicyWatcher, policies, watchPolicies } from './policy/policies.js';
export type { Policy } from './policy/policy-port.js';
export { createPolicy } from './policy.js';
export type { ObservedCounts, ObservedSnapshot } from './telemetry/observed-calls.js';

// Calls

export type { AttemptContext, AttemptFunction } from './loop/attempt-context.js';
export type { CallOptions } from './session/call-options.js';
export { type CallReport, reportOf, type StopReason } from './telemetry/report.js';

// Outcomes

export type {
  ErrorOutcome,
  HeaderRecord,
  Outcome,
  OutcomeInfo,
  ResponseOutcome,
  ValueOutcome,
} from './outcome/outcome.js';
export type { Verdict } from './outcome/verdict.js';

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

// Backoff, as an option takes it

export type {
  Backoff,
  BackoffFunction,
  BackoffInput,
  BackoffKind,
  BackoffOptions,
  BackoffRange,
  BackoffSettings,
} from './retry/backoff.js';
export type { Jitter } from './retry/jitter.js';

// Stores

export { memoryStore } from './store/memory-store.js';
export type { BreakerStore } from './store/store.js';

// Events and time

export type { BreakerPhase, TransitionReason } from './breaker/state.js';
export { type Clock, systemClock, type Timer } from './host/clock.js';
export type { AttributeValue, CallAttributes } from './telemetry/call-attributes.js';
export type {
  AttemptEvent,
  BreakerEvent,
  BudgetEvent,
  CallEvent,
  CallKind,
  ControlAction,
  ControlEvent,
  CoolDownEvent,
  EvictEvent,
  GiveUpEvent,
  HookErrorEvent,
  OneCallEvent,
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
