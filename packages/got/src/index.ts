// Names of the core that users of this package need
export {
  type CallReport,
  createPolicy,
  isAttemptTimeout,
  isCircuitOpen,
  isCoolDown,
  isDeadlineExceeded,
  isLimited,
  type Policy,
  type PolicyOptions,
  presets,
  reportOf,
} from '@breakwater/core';
export type { AttemptOptions } from './got-types.js';
export type { AttemptHeaders, BeforeAttempt, RequestResilience } from './request-options.js';
export { type GotExtension, type GotHandler, resilience } from './resilience.js';
export { isResilienceError, type ResilienceError } from './resilience-error.js';
