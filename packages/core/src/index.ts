// Policies

export type { BreakerControl, ControlOptions } from './key/breaker-control.js';
export type { BreakerOpening, CallCounts } from './key/key-entry.js';
export type { BreakerSnapshot, KeySnapshot, PolicySnapshot, StoreSnapshot } from './key/key-snapshot.js';
export { originOf } from './key/origin.js';
export { defaults } from './options/defaults.js';
export {
  type DelayDescription,
  describePolicy,
  type PartDescription,
  type PolicyDescription,
} from './options/describe.js';
export type {
  AdaptiveLimitOptions,
  AttributesFunction,
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
export { createPolicy, type Policy, type PolicyWatcher, policies, watchPolicies } from './policy.js';
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
