// For authors of stores. Experimental: this port may change in any release until shared budgets have settled it.

export {
  adoptFleetPhase,
  countsOf,
  openRemainingMs,
  type TransitionListener,
  tripIfDue,
} from './breaker/machine.js';
export type { BreakerRules, TripRule, WindowRules } from './breaker/rules.js';
export type {
  BreakerPhase,
  BreakerState,
  FleetCounts,
  HealthSample,
  ProbeLease,
  Transition,
  TransitionReason,
} from './breaker/state.js';
export type { CoolDown } from './retry/cool-down.js';
export {
  announce,
  type BreakerStore,
  type InstanceBoard,
  type InstanceText,
  type KeyState,
  newKeyState,
  type ProbeEnd,
  type ProbeGrant,
  type StoreContext,
  type StoreId,
  type StoreLink,
  type StoreStatus,
} from './store/store.js';
