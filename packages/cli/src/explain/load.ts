import type { PolicySettings } from '@breakwater/core';

/** Load on a server while every attempt fails and its circuit is closed, at so many calls a second. */
export interface Load {
  readonly callsPerSecond: number;
  readonly withoutBudget: LoadFigures;
  /** With the policy as it is, over a time that is long beside the budget's window. */
  readonly withBudget: LoadFigures;
}

export interface LoadFigures {
  readonly attemptsPerCall: number;
  readonly attemptsPerSecond: number;
}

/**
 * Answers pay for retries, so that while all fails only a key with few calls has any.
 *
 * @param attempts - of one call, at the most
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

/** Retries that an idle budget has saved up for the moment in which all begins to fail, at so many calls a second. */
export function savedRetries({ budget }: PolicySettings, callsPerSecond: number): number | null {
  if (budget === false) return null;
  return Math.floor((Math.max(budget.minRetriesPerSecond, budget.ratio * callsPerSecond) * budget.windowMs) / 1_000);
}

function figures(attemptsPerCall: number, callsPerSecond: number): LoadFigures {
  return { attemptsPerCall, attemptsPerSecond: attemptsPerCall * callsPerSecond };
}
