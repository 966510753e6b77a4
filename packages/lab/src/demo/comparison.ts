import type { RunResult } from './run.js';
import type { Phase, PhaseName } from './scenario.js';
import type { SideResult } from './side.js';
import { percentile, ratio, type Tally } from './tally.js';

/** One side's figures, of a phase or of all. */
export interface SideFigures {
  readonly calls: number;
  readonly success: number | undefined;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly attemptsPerCall: number | undefined;
  readonly refused: number;
}

/** Both sides of a phase. A call belongs to the phase in which it began, with all its attempts and its end. */
export interface Comparison {
  readonly name: PhaseName | 'total';
  readonly plain: SideFigures;
  readonly guarded: SideFigures;
}

/** The phases in their order, and the total at the end. */
export function compare(phases: readonly Phase[], result: RunResult): readonly Comparison[] {
  const rows = phases.map(({ name }) => ({
    name,
    plain: phaseFigures(result.plain, name),
    guarded: phaseFigures(result.guarded, name),
  }));
  return [...rows, { name: 'total', plain: totalFigures(result.plain), guarded: totalFigures(result.guarded) }];
}

function phaseFigures({ tally, upstream }: SideResult, name: PhaseName): SideFigures {
  return figures(tally.phase(name), upstream.requestsByPhase[name] ?? 0);
}

function totalFigures({ tally, upstream }: SideResult): SideFigures {
  return figures(tally.total, upstream.requests);
}

function figures({ calls, answered, refused, durationsMs }: Tally, requests: number): SideFigures {
  return {
    calls,
    success: ratio(answered, calls),
    p50Ms: percentile(durationsMs, 0.5),
    p95Ms: percentile(durationsMs, 0.95),
    attemptsPerCall: ratio(requests, calls),
    refused,
  };
}
