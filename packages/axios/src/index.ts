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
export { attachResilience, createChild, type ResilienceHandle, resilienceOf } from './attach.js';
export type { AxiosTarget } from './axios-types.js';
export type { AttemptConfig, AttemptHeaders, BeforeAttempt, RequestResilience } from './request-options.js';
export { isResilienceError, type ResilienceError } from './resilience-error.js';
