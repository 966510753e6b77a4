import type { PolicySettings } from '@breakwater/core';

/** Load on a server while every attempt fails and its circuit is closed, at this many calls per second. */
export interface Load {
  readonly callsPerSecond: number;
  readonly withoutBudget: LoadFigures;
  /** With the budget of the policy, over a time that is long compared to the budget's window. */
  readonly withBudget: LoadFigures;
}

export interface LoadFigures {
  readonly attemptsPerCall: number;
  readonly attemptsPerSecond: number;
}

/**
 * Returns the load. Answers pay for retries, so while everything fails only a key with few calls has any.
 *
 * @param attempts - of one call, at most
 */
export function loadAt({ budget }: PolicySettings, attempts: number, callsPerSecond: number): Load {
  const granted =
    budget === false
      ? Number.POSITIVE_INFINITY
      : Math.max(0, budget.minRetriesPerSecond / callsPerSecond - budget.ratio);
  return {
    callsPerSecond,
    withoutBudget: figures(attempts, callsPerSecond),
    withBudget: figures(1 + Math.min(attempts - 1, granted), callsPerSecond),
  };
}

/**
 * Returns the retries that an idle budget has saved for the moment in which everything begins to fail, at this many
 * calls per second.
 */
export function savedRetries({ budget }: PolicySettings, callsPerSecond: number): number | null {
  if (budget === false) return null;
  return Math.floor((Math.max(budget.minRetriesPerSecond, budget.ratio * callsPerSecond) * budget.windowMs) / 1_000);
}

function figures(attemptsPerCall: number, callsPerSecond: number): LoadFigures {
  return { attemptsPerCall, attemptsPerSecond: attemptsPerCall * callsPerSecond };
}
