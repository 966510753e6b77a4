import { expect, test } from '@jest/globals';
import { Curve } from './curve.js';
import { sparkline } from './sparkline.js';

test('a sparkline has a bar for each value and a blank if there is none', () => {
  expect(sparkline([0, 0.5, 1, undefined, -1, 2])).toBe('▁▅█ ▁█');
});

test('a curve keeps the last value of each part of the run, up to its very end', () => {
  const curve = new Curve(28_000);

  curve.add(100, 1);
  curve.add(900, 0.5);
  curve.add(1_100, 0.25);
  curve.add(28_000, 0);

  expect(curve.points).toHaveLength(28);
  expect(curve.points.slice(0, 3)).toEqual([0.5, 0.25, undefined]);
  expect(curve.points.at(-1)).toBe(0);
});
