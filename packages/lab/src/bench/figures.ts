import { quantile } from '../storm/statistics.js';
import type { Group } from './group.js';
import type { Samples } from './timed.js';

export interface Quartiles {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Figures from the samples of a case. */
export interface CaseFigures extends Samples {
  readonly value: Quartiles;
  /** Excess over the base in the same round, in the unit of the group. */
  readonly over: Quartiles | undefined;
  /** Its share of what the base takes in the same round: 1.03 is 3 % more. */
  readonly share: Quartiles | undefined;
}

export interface GroupFigures extends Omit<Group, 'cases'> {
  /** The release of Node that measured, if there are several. */
  readonly node?: string;
  readonly cases: readonly CaseFigures[];
}

export function figuresOf({ cases, ...group }: Group): GroupFigures {
  const base = cases.find(({ name }) => name === group.base)?.samples;
  return {
    ...group,
    cases: cases.map(({ name, samples }) => {
      const compared = name === group.base ? undefined : base;
      return {
        name,
        samples,
        value: quartiles(samples),
        over: compared && quartiles(byRound(samples, compared, (own, bare) => own - bare)),
        share: compared && quartiles(byRound(samples, compared, (own, bare) => own / bare)),
      };
    }),
  };
}

/** Returns the cost of a case: the excess over the base, or all of it if there is none. */
export function costOf(group: GroupFigures, name: string): number | undefined {
  const found = group.cases.find((one) => one.name === name);
  return group.base === undefined ? found?.value.median : found?.over?.median;
}

/** The cost of one case as a share of that of another. */
export function costRatio(group: GroupFigures, name: string, other: string): number | undefined {
  const [cost, otherCost] = [costOf(group, name), costOf(group, other)];
  return cost === undefined || otherCost === undefined || otherCost <= 0 ? undefined : cost / otherCost;
}

/** @throws RangeError if there are no values */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = Float64Array.from(values).sort();
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => quantile(sorted, q));
  if (low === undefined || median === undefined || high === undefined) throw new RangeError('there are no samples');
  return { low, median, high };
}

const byRound = (
  own: readonly number[],
  base: readonly number[],
  of: (own: number, base: number) => number,
): number[] => own.map((value, round) => of(value, base[round] ?? Number.NaN));
