import { openMsAt } from '@breakwater/core/algorithms';
import type { BreakerRules } from '@breakwater/core/store';

/** How long the circuit stays open, in ms. */
export interface OpenTime {
  /** Probes that have failed in a row. */
  readonly failedProbes: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** How long the circuit has been shut by then, each open time at its least, probes taking no time. */
  readonly outageMs: number;
}

/** The open times of a breaker that is not found well. */
export interface OpenTimes {
  /** The first ones, until they grow no more; ten at the most. */
  readonly first: readonly OpenTime[];
  /** The first of the longest. */
  readonly longest: OpenTime;
  /** Those at a minute, ten minutes and an hour of outage, as far as the longest has not been reached by then. */
  readonly later: readonly OpenTime[];
}

export function openTimesOf(rules: BreakerRules): OpenTimes {
  const last = stepsToLongest(rules);
  const count = Math.min(last + 1, MAX_SHOWN);
  const later = LATER_MS.map((outageMs) => ({ ...openTime(rules, stepsWithin(rules, outageMs)), outageMs }));
  return {
    first: Array.from({ length: count }, (_, failedProbes) => openTime(rules, failedProbes)),
    longest: openTime(rules, last),
    later: later.filter(({ failedProbes }) => failedProbes > 0 && failedProbes < last),
  };
}

const MAX_SHOWN = 10;
const LATER_MS = [60_000, 600_000, 3_600_000];

function openTime(rules: BreakerRules, failedProbes: number): OpenTime {
  return {
    failedProbes,
    minMs: openMsAt(rules, failedProbes, () => 0),
    maxMs: openMsAt(rules, failedProbes, () => 1),
    outageMs: sumOfFirst(rules, failedProbes),
  };
}

/** The growth ends where it meets `maxOpenMs`; with a factor of 1 there is none. */
function stepsToLongest({ openMs, openFactor, maxOpenMs }: BreakerRules): number {
  if (openFactor === 1 || openMs >= maxOpenMs) return 0;
  // Logarithms are not exact: 1, 2, 4 reaches 4 with the second step, not with the third.
  return Math.ceil(Math.log(maxOpenMs / openMs) / Math.log(openFactor) - 1e-9);
}

/** A geometric series. */
function sumOfFirst({ openMs, openFactor }: BreakerRules, steps: number): number {
  return openFactor === 1 ? openMs * steps : (openMs * (openFactor ** steps - 1)) / (openFactor - 1);
}

/** How many open times have gone by after so long an outage. */
function stepsWithin({ openMs, openFactor }: BreakerRules, outageMs: number): number {
  if (openFactor === 1) return 0;
  return Math.floor(Math.log(1 + (outageMs * (openFactor - 1)) / openMs) / Math.log(openFactor) + 1e-9);
}
