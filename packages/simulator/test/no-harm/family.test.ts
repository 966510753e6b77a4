import { Dice } from '@breakwater/simulator';
import { expect, test } from '@jest/globals';
import { family } from './family.js';

const made = family(
  'test',
  'a test',
  {
    rate: { values: [10, 20], range: [2, 2_000] },
    count: { values: [1, 3], integer: true },
    how: { words: ['a', 'b'] },
  },
  ({ rate, count, how }) => ({ scenario: { clients: {}, phases: [{ name: `${how} ${count}`, ms: rate }] } }),
);

test('the shapes are all combinations', () => {
  expect(made.shapes().map(({ name }) => name)).toEqual([
    'rate 10, count 1, how a',
    'rate 10, count 1, how b',
    'rate 10, count 3, how a',
    'rate 10, count 3, how b',
    'rate 20, count 1, how a',
    'rate 20, count 1, how b',
    'rate 20, count 3, how a',
    'rate 20, count 3, how b',
  ]);
});

test('samples are even over the decades of the ranges', () => {
  const dice = new Dice(1);
  const phases = Array.from({ length: 3_000 }, () => made.sample(dice).scenario.phases[0]);
  const rates = phases.map((phase) => phase?.ms ?? 0);
  expect(rates.every((rate) => rate >= 2 && rate <= 2_000)).toBe(true);
  for (const from of [2, 20, 200]) {
    expect(Math.abs(rates.filter((rate) => rate >= from && rate < from * 10).length - 1_000)).toBeLessThan(100);
  }
  expect(new Set(phases.map((phase) => phase?.name))).toEqual(new Set(['a 1', 'a 2', 'a 3', 'b 1', 'b 2', 'b 3']));
});
