import { deepFreeze } from '../untrusted/plain-object.js';
import { defaults } from './defaults.js';
import type { PolicyOptions } from './options.js';

// Neither a name nor a mode: a mode that is set would keep BREAKWATER_MODE from being asked.
const { name: _name, mode: _mode, ...standard } = defaults;

/** Options for common cases, frozen at every depth. Spread one and change what differs, or use it as it is. */
export const presets = deepFreeze({
  /** The defaults. */
  standard,
  /** The classic published recipe for a third party's API. */
  externalApi: {
    retry: { backoff: { kind: 'exponential', baseMs: 1_000, factor: 2, maxMs: 30_000, jitter: 0.25 } },
    breaker: {
      consecutiveFailures: 5,
      consecutiveForMs: 0,
      openMs: 30_000,
      openFactor: 1,
      maxOpenMs: 30_000,
      successesToClose: 1,
    },
  },
  /** A service of one's own, close by. */
  internalService: {
    breaker: { consecutiveFailures: 3, consecutiveForMs: 'auto', openMs: 15_000 },
  },
  /** A job that waits patiently and must get through: it is never refused, and ends with the server's own answer after ten minutes. */
  batch: {
    retry: {
      maxRetries: 30,
      backoff: { kind: 'exponential', baseMs: 1_000, throttledBaseMs: 1_000, factor: 2, maxMs: 30_000, jitter: 'full' },
      maxElapsedMs: 600_000,
    },
    budget: false,
    breaker: false,
    coolDown: { maxWaiting: 100_000 },
    limit: false,
  },
  /** A server that takes a minute or more to come up. */
  coldStart: {
    breaker: { openMs: 90_000, maxOpenMs: 300_000 },
  },
} as const satisfies Record<string, PolicyOptions>);
