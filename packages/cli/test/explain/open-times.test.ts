import { type BreakerOptions, createPolicy } from '@breakwater/core';
import { openMsAt } from '@breakwater/core/algorithms';
import { expect, it } from '@jest/globals';
import { openTimesOf } from '../../src/explain/open-times.js';

function openTimes(options: BreakerOptions) {
  const { breaker } = createPolicy({ breaker: options }).settings;
  if (breaker === false) throw new Error('no breaker');
  return { ...openTimesOf(breaker), rules: breaker };
}

it('grows to its maximum, and is up to a tenth longer by chance', () => {
  const { first, longest } = openTimes({ openMs: 1_000, openFactor: 2, maxOpenMs: 5_000 });
  expect(first.map(({ minMs }) => minMs)).toEqual([1_000, 2_000, 4_000, 5_000]);
  expect(first.map(({ maxMs }) => maxMs)).toEqual([1_100, 2_200, 4_400, 5_500]);
  expect(longest).toEqual({ failedProbes: 3, minMs: 5_000, maxMs: 5_500, outageMs: 7_000 });
});

it('reaches its maximum exactly if a step does', () => {
  expect(openTimes({ openMs: 1_000, openFactor: 2, maxOpenMs: 4_000 }).longest.failedProbes).toBe(2);
  // Math.log(125) / Math.log(5) is a little more than 3.
  expect(openTimes({ openMs: 1_000, openFactor: 5, maxOpenMs: 125_000 }).longest.failedProbes).toBe(3);
});

it('stays as it is with a factor of 1', () => {
  const { first, longest, later } = openTimes({ openMs: 1_000, openFactor: 1, maxOpenMs: 5_000 });
  expect(first).toHaveLength(1);
  expect(longest).toMatchObject({ failedProbes: 0, minMs: 1_000, outageMs: 0 });
  expect(later).toEqual([]);
});

it('shows ten of many, the longest, and those at a minute and at ten', () => {
  const { first, longest, later } = openTimes({});
  expect(first.map(({ minMs }) => minMs)).toEqual(Array.from({ length: 10 }, () => 500));
  expect([longest.minMs, longest.maxMs]).toEqual([30_000, 33_000]);
  expect(longest.outageMs).toBeGreaterThanOrEqual(600_000);
  expect(later.map(({ outageMs }) => outageMs)).toEqual([60_000, 600_000]);
});

it.each([undefined, 1.3])('adds up the outage as the open times follow each other: factor %p', (openFactor) => {
  const { longest, later, rules } = openTimes({ openFactor });
  const summed = (steps: number) => {
    let ms = 0;
    for (let step = 0; step < steps; step += 1) ms += openMsAt(rules, { ms, steps: step }, () => 0);
    return ms;
  };
  expect(longest.outageMs).toBeCloseTo(summed(longest.failedProbes), 3);
  for (const { failedProbes, outageMs } of later) {
    expect(summed(failedProbes)).toBeLessThanOrEqual(outageMs);
    expect(summed(failedProbes + 1)).toBeGreaterThan(outageMs);
  }
});
