import { describe, expect, test } from '@jest/globals';
import { costOf, costRatio, figuresOf, quartiles } from './figures.js';

const group = {
  name: 'execute: test',
  unit: 'ns',
  reading: 'over',
  base: 'bare',
  // The second round is disturbed: all take longer, by as much.
  cases: [
    { name: 'bare', samples: [10, 110, 10] },
    { name: 'ours', samples: [40, 140, 30] },
    { name: 'peer', samples: [70, 171, 70] },
  ],
} as const;

test('quartiles are values that were measured', () => {
  expect(quartiles([4, 1, 3, 2])).toEqual({ low: 1, median: 2, high: 3 });
  expect(quartiles([7])).toEqual({ low: 7, median: 7, high: 7 });
  expect(() => quartiles([])).toThrow(RangeError);
});

describe('a case beside its base', () => {
  test('is compared with the base of the same round', () => {
    const [bare, ours] = figuresOf(group).cases;

    expect(bare).toMatchObject({ over: undefined, share: undefined });
    expect(ours?.over).toEqual({ low: 20, median: 30, high: 30 });
    expect(ours?.share).toEqual({ low: 140 / 110, median: 3, high: 4 });
  });

  test('costs its difference to the base', () => {
    const figures = figuresOf(group);

    expect(costOf(figures, 'peer')).toBe(60);
    expect(costRatio(figures, 'ours', 'peer')).toBe(0.5);
  });
});

test('a case without a base costs its whole time', () => {
  const { base, reading, ...rest } = group;
  const figures = figuresOf(rest);

  expect(figures.cases.map(({ over }) => over)).toEqual([undefined, undefined, undefined]);
  expect(costRatio(figures, 'ours', 'peer')).toBe(40 / 70);
});

test('there is no ratio to a missing base, nor to one that costs nothing', () => {
  const figures = figuresOf({ ...group, cases: [...group.cases, { name: 'bare again', samples: [10, 110, 10] }] });

  expect(costRatio(figures, 'ours', 'nobody')).toBeUndefined();
  expect(costRatio(figures, 'ours', 'bare again')).toBeUndefined();
});

test('the figures include the samples in the order in which they were taken', () => {
  expect(figuresOf(group).cases[1]?.samples).toEqual([40, 140, 30]);
});
