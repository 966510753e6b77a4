import { deepFreeze } from '../untrusted/plain-object.js';
import { defaults } from './defaults.js';
import type { PolicyOptions } from './options.js';

// Neither a name nor a mode: a preset mode would override BREAKWATER_MODE.
const { name: _name, mode: _mode, ...standard } = defaults;

/** Options for common cases, frozen at every depth. Spread one and change what differs, or use it as it is. */
export const presets = deepFreeze({
  /** For most uses: the defaults. */
  standard,
  /**
   * For a third party's API, by the classic published recipe: backoff from 1 s to 30 s, ±25 %; the circuit opens for 30
   * s and one good probe closes it.
   */
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
  /** For a service of your own that is close by: 3 failed calls in a row open the circuit, for 15 s. */
  internalService: {
    breaker: { consecutiveFailures: 3, consecutiveForMs: 'auto', openMs: 15_000 },
  },
  /**
   * For a job that can wait and must get through: up to 30 retries within 10 minutes; no budget, breaker or limit, so
   * that no call is refused.
   */
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
  /** For a server that takes a minute or more to come up: the circuit opens for 90 s, up to 5 minutes. */
  coldStart: {
    breaker: { openMs: 90_000, maxOpenMs: 300_000 },
  },
} as const satisfies Record<string, PolicyOptions>);
