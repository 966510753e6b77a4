import { describe, expect, test } from '@jest/globals';
import { Dice } from './dice.js';
import { type Duration, drawMs, meanMs, picked } from './duration.js';

describe.each<[string, Duration, number]>([
  ['a number', 5, 5],
  ['a uniform one', { kind: 'uniform', fromMs: 10, toMs: 30 }, 20],
  ['an exponential one', { kind: 'exponential', meanMs: 100 }, 100],
  [
    'a mixed one',
    {
      kind: 'mixed',
      of: [
        { share: 0.9, ms: 10 },
        { share: 0.1, ms: { kind: 'exponential', meanMs: 100 } },
      ],
    },
    19,
  ],
])('of %s', (_, duration, mean) => {
  test('the mean is known', () => expect(meanMs(duration)).toBeCloseTo(mean, 9));

  test('many draws come near the mean', () => {
    const dice = new Dice(7);
    let sum = 0;
    for (let draw = 0; draw < 100_000; draw += 1) sum += drawMs(duration, dice);
    expect(Math.abs(sum / 100_000 / mean - 1)).toBeLessThan(0.02);
  });
});

test('a third of exponential draws is longer than the mean, a twentieth longer than three times', () => {
  const dice = new Dice(3);
  const draws = Array.from({ length: 100_000 }, () => drawMs({ kind: 'exponential', meanMs: 1 }, dice));
  const above = (ms: number): number => draws.filter((drawn) => drawn > ms).length / draws.length;
  expect(above(1)).toBeCloseTo(0.368, 2);
  expect(above(3)).toBeCloseTo(0.05, 2);
});

test('the last entry has what the shares of the others leave', () => {
  const entries = [{ share: 0.3 }, { share: 0.3 }, { share: 0.3999 }];
  expect([0, 0.29, 0.3, 0.59, 0.61, 0.99999].map((number) => entries.indexOf(picked(entries, number)))).toEqual([
    0, 0, 1, 1, 2, 2,
  ]);
  expect(() => picked([], 0.5)).toThrow(RangeError);
});
