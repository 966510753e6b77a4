import { describe, expect, test } from '@jest/globals';
import { afterWarmUp, median, type Sample, slopePerCall } from './trend.js';

const samples = (values: readonly number[]): Sample[] => values.map((value, index) => ({ calls: index * 10, value }));

describe('the slope', () => {
  test.each([
    [[5, 5, 5, 5], 0],
    [[0, 10, 20, 30], 1],
    [[30, 20, 10, 0], -1],
    // An outlier moves nothing.
    [[0, 10, 9_000, 30, 40], 1],
    [[7], 0],
    [[], 0],
  ])('of %j is %d per call', (values, slope) => {
    expect(slopePerCall(samples(values))).toBe(slope);
  });

  test('ignores samples at the same number of calls', () => {
    expect(slopePerCall([...samples([0, 10]), { calls: 10, value: 99 }])).toBeCloseTo(5.45, 2);
  });
});

test('the first third of a run is its warm-up', () => {
  expect(afterWarmUp(samples([1, 2, 3, 4, 5, 6])).map(({ value }) => value)).toEqual([3, 4, 5, 6]);
});

test.each([
  [[], undefined],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %p', (values, expected) => {
  expect(median(values)).toBe(expected);
});
