import type { BreakerRules } from '../src/breaker/rules.js';
import { breakerDefaults } from '../src/options/breaker-options.js';

const base: BreakerRules = {
  ...breakerDefaults,
  consecutiveFailures: 5,
  consecutiveForMs: 0,
  successesToClose: 2,
};

/** The rules of a breaker that opens by a run of five attempts alone, unless told otherwise. */
export function breakerRules(other: Partial<BreakerRules> = {}): BreakerRules {
  return { ...base, ...other };
}
