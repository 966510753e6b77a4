import type { PolicyOptions } from '@breakwater/core';
import { type Finding, judge, mean, points } from './judge.js';
import { type Run, run } from './run.js';
import type { Shape } from './shape.js';

/** Result of a shape: the shares of calls answered from the beginning of the trouble, and its judgement. */
export interface Verdict {
  readonly shape: string;
  readonly none: number;
  readonly retries: number | undefined;
  readonly ours: number;
  readonly findings: readonly Finding[];
}

const RETRIES_ALONE: PolicyOptions = { breaker: false, limit: false };

/** Plays a shape with each seed, without a library and with the policy, and judges it. */
export async function play(shape: Shape, policy: PolicyOptions, seeds: readonly number[]): Promise<Verdict> {
  const runs = { none: [] as Run[], retries: [] as Run[], ours: [] as Run[] };
  for (const seed of seeds) {
    runs.none.push(await run(shape, 'none', seed));
    if (shape.loadIndependent === true) runs.retries.push(await run(shape, RETRIES_ALONE, seed));
    runs.ours.push(await run(shape, { ...policy, ...shape.userOptions }, seed));
  }
  const answered = (all: readonly Run[]): number => mean(all.map(({ rest }) => points(rest)));
  return {
    shape: shape.name,
    none: answered(runs.none),
    retries: runs.retries.length === 0 ? undefined : answered(runs.retries),
    ours: answered(runs.ours),
    findings: judge(shape, runs),
  };
}
