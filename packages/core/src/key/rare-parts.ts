import type { FixedLimit } from '../limit/fixed-limit.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { StoreLink } from '../store/store.js';
import type { ObservedCounts } from '../telemetry/observed-calls.js';
import type { BreakerOpening } from './opening.js';

/** Parts that few keys have. Made when the first of them is needed. */
export class RareParts {
  retries = 0;
  saved = 0;
  rejected = 0;
  wouldRetry = 0;
  wouldReject = 0;
  budgetExhausted = false;
  /** Time at which the budget last refused a retry. */
  refusedMs = 0;
  /** Undefined while the circuit is closed. */
  opening: BreakerOpening | undefined = undefined;
  observed: ObservedCounts | undefined = undefined;
  /** The link to the store, unless the breaker has it. */
  link: StoreLink | undefined = undefined;
  /** Off by default. */
  limit: AttemptLimit | undefined = undefined;
  /** Admits retries after timeouts one at a time. */
  serialRetries: FixedLimit | undefined = undefined;
  /** Beginning of the last such retry that timed out as well. */
  inVainMs: number | undefined = undefined;
}

/** The parts of a key that has none. */
export const NO_PARTS: Readonly<RareParts> = new RareParts();
