import type { PolicySettings } from '@breakwater/core';
import type { RetryWaits } from './waits.js';

/** All warnings, by their names for `--ignore`. */
export const warningIds = [
  'no-jitter',
  'no-delay',
  'unsafe-methods',
  'pointless-statuses',
  'ignores-retry-after',
  'no-timeout',
  'retries-past-deadline',
  'retries-past-max-elapsed',
  'no-budget',
  'budget-too-large',
  'budget-allows-nothing',
  'no-breaker',
  'breaker-without-rules',
  'one-failure-opens',
  'minimum-calls-not-met',
  'window-too-short',
  'open-outlasts-calls',
  'many-probes',
] as const;

export type WarningId = (typeof warningIds)[number];

/** A setting with a risk. */
export interface Warning {
  readonly id: WarningId;
  /** The option to look at, as a path: `retry.backoff.jitter`. */
  readonly option: string;
  /** The problem. */
  readonly problem: string;
  /** The remedy. */
  readonly advice: string;
}

/** Input of the warnings. */
export interface Examined {
  readonly settings: PolicySettings;
  readonly waits: readonly RetryWaits[];
  /** Calls per second to one key; undefined if the user has given none. */
  readonly callsPerSecond: number | undefined;
  /** The client's own time limit for an attempt, in ms; undefined if it has none, or the user has not given it. */
  readonly clientTimeoutMs?: number | undefined;
}
