// For authors of stores. Experimental: this port may change in any release until shared budgets have settled it.

export { tripIfDue } from './breaker/machine.js';
export { adoptFleetCounts, adoptFleetGrowth, adoptFleetPhase, beginRamp } from './breaker/override.js';
export { countsOf, openRemainingMs, type TransitionListener } from './breaker/phase.js';
export { type BreakerRules, probesAt, type TripRule, type WindowRules } from './breaker/rules.js';
export type {
  BreakerPhase,
  BreakerState,
  FleetCounts,
  HealthSample,
  ProbeLease,
  Transition,
  TransitionReason,
} from './breaker/state.js';
export { seesOutage } from './breaker/witness.js';
export type { BudgetCounts, BudgetRules, KeyBudget } from './retry/budget.js';
export type { CoolDown } from './retry/cool-down.js';
export { FleetBudget, type FleetBudgetCounts, type FleetBudgetView } from './retry/fleet-budget.js';
export {
  announce,
  type BreakerStore,
  type FleetSnapshot,
  type InstanceBoard,
  type InstanceText,
  type KeyState,
  type KeyUser,
  newKeyState,
  type ProbeEnd,
  type ProbeGrant,
  type StoreContext,
  type StoreId,
  type StoreLink,
  type StoreStatus,
} from './store/store.js';
