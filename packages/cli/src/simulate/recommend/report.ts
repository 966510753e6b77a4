import type { PolicyOptions } from '@breakwater/core';
import type { Recommendation } from './recommendation.js';

/** Output of `--recommend --json`. */
export interface RecommendationReport extends Recommendation {
  readonly schema: 1;
  readonly scenarios: readonly string[];
  readonly goals: readonly string[];
  readonly start: string;
  readonly seeds: readonly number[];
  /** Seeds of `checks`, which the search has not used. */
  readonly heldOut: readonly number[];
  /** The changes as options, to be applied to those of `start`. */
  readonly policy: PolicyOptions;
}
