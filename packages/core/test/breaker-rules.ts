import type { BreakerRules } from '../src/breaker/rules.js';

const base: BreakerRules = {
  consecutiveFailures: 5,
  consecutiveForMs: 0,
  failureRate: false,
  minimumCalls: 20,
  window: { kind: 'time', ms: 30_000 },
  slowCallMs: undefined,
  slowCallRate: 1,
  openMs: 500,
  openFactor: undefined,
  maxOpenMs: 30_000,
  probes: 1,
  probeShare: 0,
  successesToClose: 2,
  probeLeaseMs: 30_000,
  ramp: false,
};

/** The rules of a breaker that opens by a run of five attempts alone, unless told otherwise. */
export function breakerRules(other: Partial<BreakerRules> = {}): BreakerRules {
  return { ...base, ...other };
}
