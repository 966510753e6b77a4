import { openMsAt } from '@breakwater/core/algorithms';
import type { BreakerRules } from '@breakwater/core/store';

/** Time that the circuit stays open, in ms. */
export interface OpenTime {
  /** Probes that have failed in a row. */
  readonly failedProbes: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Least time that the circuit has been open by then, if probes take no time. */
  readonly outageMs: number;
}

/** The open times of a breaker whose probes keep failing. */
export interface OpenTimes {
  /** The first ones, until they stop growing; at most ten. */
  readonly first: readonly OpenTime[];
  /** The first one of greatest length. */
  readonly longest: OpenTime;
  /** Open times after a minute, ten minutes and an hour of outage, unless the greatest has been reached by then. */
  readonly later: readonly OpenTime[];
}

export function openTimesOf(rules: BreakerRules): OpenTimes {
  const { openFactor } = rules;
  const series = openFactor === undefined ? byOutage(rules) : byFactor({ ...rules, openFactor });
  const count = Math.min(series.last + 1, MAX_SHOWN);
  const later = LATER_MS.map((outageMs) => ({ ...series.at(series.stepsWithin(outageMs)), outageMs }));
  return {
    first: Array.from({ length: count }, (_, failedProbes) => series.at(failedProbes)),
    longest: series.at(series.last),
    later: later.filter(({ failedProbes }) => failedProbes > 0 && failedProbes < series.last),
  };
}

const MAX_SHOWN = 10;
const LATER_MS = [60_000, 600_000, 3_600_000];

/** The consecutive open times of an outage. */
interface Series {
  /** The step from which they stop growing. */
  readonly last: number;
  /** Returns the number of open times that have passed after an outage of this length. */
  stepsWithin(outageMs: number): number;
  at(failedProbes: number): OpenTime;
}

function openTime(rules: BreakerRules, failedProbes: number, outageMs: number): OpenTime {
  const outage = { ms: outageMs, steps: failedProbes };
  return {
    failedProbes,
    minMs: openMsAt(rules, outage, () => 0),
    maxMs: openMsAt(rules, outage, () => 1),
    outageMs,
  };
}

/** Returns a series in which each open time is a share of the outage before it: about a hundred until the longest. */
function byOutage(rules: BreakerRules): Series {
  const times = [openTime(rules, 0, 0)];
  for (let time = times[0] as OpenTime; time.minMs < rules.maxOpenMs; ) {
    time = openTime(rules, time.failedProbes + 1, time.outageMs + time.minMs);
    times.push(time);
  }
  return {
    last: times.length - 1,
    stepsWithin: (outageMs) => times.filter((time) => time.outageMs <= outageMs).length - 1,
    at: (failedProbes) => times[failedProbes] as OpenTime,
  };
}

/** Returns a geometric series. It ends at `maxOpenMs`; with a factor of 1 there is no growth. */
function byFactor(rules: BreakerRules & { readonly openFactor: number }): Series {
  const { openMs, openFactor, maxOpenMs } = rules;
  const isConstant = openFactor === 1 || openMs >= maxOpenMs;
  const sumOfFirst = (steps: number): number =>
    openFactor === 1 ? openMs * steps : (openMs * (openFactor ** steps - 1)) / (openFactor - 1);
  return {
    // Logarithms are not exact: 1, 2, 4 reaches 4 with the second step, not with the third.
    last: isConstant ? 0 : Math.ceil(Math.log(maxOpenMs / openMs) / Math.log(openFactor) - 1e-9),
    stepsWithin: (outageMs) =>
      isConstant ? 0 : Math.floor(Math.log(1 + (outageMs * (openFactor - 1)) / openMs) / Math.log(openFactor) + 1e-9),
    at: (failedProbes) => openTime(rules, failedProbes, sumOfFirst(failedProbes)),
  };
}
