import { expect, test } from '@jest/globals';
import { originOfCall, startTimes } from './load.js';
import type { Phase, Shape } from './shape.js';

const shapeOf = (...phases: Phase[]): Shape => ({ name: 'x', about: '', phases });

test('calls are evenly spaced at the rate', () => {
  expect([...startTimes(shapeOf({ name: 'a', ms: 100 }), 50)]).toEqual([0, 20, 40, 60, 80]);
});

test('short phases lose no call to rounding', () => {
  const phases = Array.from({ length: 100 }, (_, index) => ({ name: `${index}`, ms: 7 }));
  const starts = startTimes(shapeOf(...phases), 50);
  expect(starts).toHaveLength(35);
  expect(starts.every((startMs, index) => Math.abs(startMs - index * 20) < 1e-6)).toBe(true);
});

test('a share of the capacity takes the place of the rate', () => {
  const starts = startTimes(shapeOf({ name: 'a', ms: 1_000 }, { name: 'b', ms: 1_000, loadShare: 1.5 }), 50);
  expect(starts.filter((startMs) => startMs < 1_000)).toHaveLength(50);
  expect(starts.filter((startMs) => startMs >= 1_000)).toHaveLength(1_500);
});

test('a burst comes at the beginning of its phase, on top of the load', () => {
  const starts = startTimes(shapeOf({ name: 'a', ms: 100 }, { name: 'b', ms: 100, burst: 3 }), 50);
  expect([...starts]).toEqual([0, 20, 40, 60, 80, 100, 100, 100, 100, 120, 140, 160, 180]);
});

test('origins take turns', () => {
  expect([0, 1, 2, 3, 4].map((index) => originOfCall(index, 3))).toEqual([0, 1, 2, 0, 1]);
});
