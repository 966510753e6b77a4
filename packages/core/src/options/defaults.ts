import { deepFreeze } from '../untrusted/plain-object.js';
import { breakerDefaults } from './breaker-options.js';
import { budgetDefaults } from './budget-options.js';
import { coolDownDefaults } from './cool-down-options.js';
import { retryDefaults } from './retry-options.js';
import { timeoutDefaults } from './timeout-options.js';

/**
 * The default of every option that has one. What is not here is off, or made per policy (`store`, `clock`, `random`).
 */
export const defaults = deepFreeze({
  name: 'default',
  mode: 'enforce',
  enforceRate: 1,
  retry: retryDefaults,
  budget: budgetDefaults,
  breaker: breakerDefaults,
  coolDown: coolDownDefaults,
  // Off: while awake, it can refuse calls that the server would have answered. See docs/parts/limit.md.
  limit: false,
  timeouts: timeoutDefaults,
  idempotency: false,
  maxKeys: 1_000,
  keyIdleMs: 3_600_000,
} as const);
