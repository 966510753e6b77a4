import { expect, test } from '@jest/globals';
import { Bins, sumBetween } from './bins.js';
import { quantile, ratio, spreadOf } from './statistics.js';

test('a quantile is the value of the nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 0.5, 0.95, 1].map((q) => quantile(values, q))).toEqual([1, 50, 95, 100]);
  expect(quantile([7], 0.95)).toBe(7);
  expect(quantile([], 0.5)).toBeUndefined();
});

test('a spread sorts its values as numbers', () => {
  expect(spreadOf([100, 9, 20])).toEqual({ p50: 20, p95: 100 });
});

test('a share of nothing is unknown', () => {
  expect([ratio(1, 4), ratio(0, 0)]).toEqual([0.25, undefined]);
});

test('bins count only events within the run', () => {
  const bins = new Bins(300);
  for (const atMs of [-1, 0, 99.9, 100, 299, 300, Number.NaN]) bins.add(atMs);
  expect([...bins.counts]).toEqual([2, 1, 1]);
  expect([sumBetween(bins.counts, 0, 200), sumBetween(bins.counts, 100, 9_999)]).toEqual([3, 2]);
});
