import { clientThrottle } from './client-throttle.js';
import { collapseByLoad, collapseBySpike } from './collapse.js';
import { fleetBudget } from './fleet-budget.js';
import { jitter } from './jitter.js';
import { layers } from './layers.js';
import { loadShedding } from './load-shedding.js';
import { slowPrimary } from './slow-primary.js';
import type { Study } from './study.js';
import { thresholds } from './thresholds.js';
import { analyticRetries, clientCount, tokenBucketAndBreaker } from './token-bucket-and-breaker.js';

/** All published results, the exact ones first. */
export const studies: readonly Study[] = [
  analyticRetries,
  tokenBucketAndBreaker,
  clientCount,
  fleetBudget,
  loadShedding,
  collapseBySpike,
  collapseByLoad,
  thresholds,
  jitter,
  layers,
  slowPrimary,
  clientThrottle,
];
