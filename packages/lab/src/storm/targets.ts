import type { RunFigures } from './figures.js';
import { decimal, millis, NOTHING, percent, recovery, whole } from './format.js';
import type { PhaseFigures } from './phase-figures.js';
import { ratio } from './statistics.js';

/** A figure that the default policy is to reach, and what came of it. */
export interface Verdict {
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

type Judge = (figures: RunFigures, bare: RunFigures | undefined) => readonly (Verdict | undefined)[];

/** Difference that noise alone makes between two runs of the same client: smaller ones do not count. */
const NOISE = 0.002;

const judges: Readonly<Record<string, Judge>> = {
  brownout: (run) => {
    const brownout = phaseOf(run, 'brownout');
    if (brownout === undefined) return [];
    // 15 % answered and 0.35 attempts per call are for 500 calls a second, of which the server can answer a fifth.
    const limit = (brownout.limitPerSecond * brownout.ms) / 1_000 / brownout.calls;
    return [
      atLeast('answered in the brownout (3/4 of the limit)', brownout.success, 0.75 * limit),
      success(run, 'after', 0.99),
      backWithin(run, 500),
      atMost('attempts per call in the brownout', brownout.attemptsPerCall, 1.75 * limit, decimal),
    ];
  },
  blip: (run) => {
    const blip = phaseOf(run, 'blip');
    return [atMost('calls lost, of those that began in the blip', run.calls - run.ok, 2 * (blip?.calls ?? 0), whole)];
  },
  errors: (run) => [
    success(run, 'errors', 0.999),
    atMost('attempts per call', phaseOf(run, 'errors')?.attemptsPerCall, 1.1, decimal),
  ],
  outage: (run) => [
    atMost('attempts a second, once known dead', run.attemptsPerSecondDead, 2, decimal),
    backWithin(run, 1_000),
  ],
  overload: (run) => [atLeast('goodput of capacity', phaseOf(run, 'overload')?.goodput, 0.85)],
  flapping: (run, bare) => [noWorse(run, bare)],
  throttled: (run, bare) => [noWorse(run, bare)],
  'slow-start': (run, bare) => [noWorse(run, bare)],
  'one-bad-host': (run, bare) => [
    noWorse(run, bare),
    atLeast('success of the good hosts as bare', goodHosts(run), wantedOf(bare && goodHosts(bare))),
    atMost('calls refused on the good hosts', refusedOnGoodHosts(run), 0, whole),
  ],
  calm: (run, bare) => [
    atMost('calls refused', run.refused, 0, whole),
    ...['steady', 'bursts'].map((name) => {
      const wanted = bare && phaseOf(bare, name)?.latency.p95;
      const limit = wanted === undefined ? undefined : 1.03 * wanted;
      return atMost(`p95 in ms, ${name}, as bare and 3 %`, phaseOf(run, name)?.latency.p95, limit, millis);
    }),
  ],
};

/**
 * The figures asked for in this shape or its family, computed from a run of ours and one of the bare client at the same
 * rate.
 */
export function verdictsOf(shape: string, run: RunFigures, bare: RunFigures | undefined): readonly Verdict[] {
  const family = Object.keys(judges).find((name) => shape === name || shape.startsWith(`${name}-`));
  const judge = family === undefined ? undefined : judges[family];
  return (judge?.(run, bare) ?? []).filter((verdict) => verdict !== undefined);
}

const success = (run: RunFigures, phase: string, wanted: number): Verdict | undefined =>
  atLeast(`success in "${phase}"`, phaseOf(run, phase)?.success, wanted);

const noWorse = (run: RunFigures, bare: RunFigures | undefined): Verdict | undefined =>
  atLeast('success overall, no worse than bare', run.success, wantedOf(bare?.success));

const wantedOf = (share: number | undefined): number | undefined => (share === undefined ? undefined : share - NOISE);

/** Empty if there is nothing to compare with. */
function atLeast(what: string, measured: number | undefined, wanted: number | undefined): Verdict | undefined {
  if (wanted === undefined) return undefined;
  const met = measured !== undefined && measured >= wanted;
  return { target: `${what}: at least ${percent(wanted)}`, measured: percent(measured), met };
}

function atMost(
  what: string,
  measured: number | undefined,
  limit: number | undefined,
  format: (value: number) => string,
): Verdict | undefined {
  if (limit === undefined) return undefined;
  return {
    target: `${what}: at most ${format(limit)}`,
    measured: measured === undefined ? NOTHING : format(measured),
    met: measured !== undefined && measured <= limit,
  };
}

function backWithin(run: RunFigures, ms: number): Verdict | undefined {
  if (run.recovery.kind === 'not-applicable') return undefined;
  return {
    target: `back at 99 % within ${ms} ms`,
    measured: recovery(run.recovery),
    met: run.recovery.kind === 'recovered' && run.recovery.afterMs <= ms,
  };
}

const phaseOf = (run: RunFigures, name: string): PhaseFigures | undefined =>
  run.phases.find((phase) => phase.name === name);

function goodHosts(run: RunFigures): number | undefined {
  const good = run.origins.filter((origin) => origin.good);
  const calls = good.reduce((sum, origin) => sum + origin.calls, 0);
  return ratio(
    good.reduce((sum, origin) => sum + (origin.success ?? 0) * origin.calls, 0),
    calls,
  );
}

const refusedOnGoodHosts = (run: RunFigures): number =>
  run.origins.filter((origin) => origin.good).reduce((sum, origin) => sum + origin.refused, 0);
