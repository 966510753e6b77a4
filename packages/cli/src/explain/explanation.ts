import { describePolicy, type PartDescription, type PolicySettings } from '@breakwater/core';
import type { TripRule } from '@breakwater/core/store';
import { type Load, loadAt, savedRetries } from './load.js';
import { type OpenTimes, openTimesOf } from './open-times.js';
import { type PlainSettings, plainSettings } from './plain-settings.js';
import { rulesOf, type TripTime, tripTime } from './trip-time.js';
import { type RetryWaits, waitsOf } from './waits.js';
import type { Warning, WarningId } from './warning.js';
import { warningsOf } from './warnings.js';
import { type WorstCase, worstCaseOf } from './worst-case.js';

/** Complete explanation of a policy, as plain data: the output of `--json`. Durations are in ms. */
export interface Explanation {
  /** Rises when a field is removed or changes its meaning. */
  readonly schema: 1;
  /** The file or preset. */
  readonly source: string;
  readonly name: string;
  readonly mode: string;
  readonly enforceRate: number;
  /** Of each attempt; null if unknown. */
  readonly clientTimeoutMs: number | null;
  readonly parts: readonly PartDescription[];
  /** Of the first twenty retries. */
  readonly waits: readonly RetryWaits[];
  readonly worstCase: WorstCase;
  readonly loads: readonly (Load & {
    /** Retries in a row at the moment in which everything begins to fail; null without a budget. */
    readonly savedRetries: number | null;
  })[];
  readonly breaker: BreakerExplanation | null;
  readonly warnings: readonly Warning[];
  /** Ids of warnings that apply and were ignored. */
  readonly ignored: readonly WarningId[];
  readonly settings: PlainSettings;
}

export interface BreakerExplanation {
  readonly rules: readonly TripRule[];
  readonly trips: readonly TripTime[];
  readonly openTimes: OpenTimes;
  /** Probes per second of a server that stays down, at first: the load through an open circuit. */
  readonly probesPerSecond: number;
}

/** Options of an explanation. */
export interface ExplanationRequest {
  readonly source: string;
  /** Calls per second to one key; undefined for several rates. */
  readonly callsPerSecond: number | undefined;
  /** The client's own time limit on each attempt, in ms; undefined if it has none or it is unknown. */
  readonly clientTimeoutMs?: number | undefined;
  readonly ignore: readonly WarningId[];
}

const USUAL_RATES = [1, 100, 1_000];

export function explain(settings: PolicySettings, request: ExplanationRequest): Explanation {
  const { source, callsPerSecond, clientTimeoutMs, ignore } = request;
  const { name, mode, parts } = describePolicy(settings);
  const waits = waitsOf(settings);
  const worstCase = worstCaseOf(settings, waits, clientTimeoutMs);
  const rates = callsPerSecond === undefined ? USUAL_RATES : [callsPerSecond];
  const warnings = warningsOf({ settings, waits, callsPerSecond, clientTimeoutMs });
  return {
    schema: 1,
    source,
    name,
    mode,
    enforceRate: settings.enforceRate,
    clientTimeoutMs: clientTimeoutMs ?? null,
    parts,
    waits,
    worstCase,
    loads: rates.map((rate) => ({
      ...loadAt(settings, worstCase.attempts, rate),
      savedRetries: savedRetries(settings, rate),
    })),
    breaker: explainBreaker(settings, rates),
    warnings: warnings.filter(({ id }) => !ignore.includes(id)),
    ignored: warnings.map(({ id }) => id).filter((id) => ignore.includes(id)),
    settings: plainSettings(settings),
  };
}

function explainBreaker({ breaker }: PolicySettings, rates: readonly number[]): BreakerExplanation | null {
  if (breaker === false) return null;
  const rules = rulesOf(breaker);
  return {
    rules,
    trips: rules.flatMap((rule) => rates.map((rate) => tripTime(breaker, rule, rate))),
    openTimes: openTimesOf(breaker),
    probesPerSecond: (1_000 / breaker.openMs) * breaker.probes,
  };
}
