import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Latencies, percentileOf } from './latencies.js';

function holding(...durations: number[]): Latencies {
  const latencies = new Latencies();
  for (const duration of durations) latencies.record(duration);
  return latencies;
}

it('has no percentile without samples', () => {
  expect(holding().percentile(0.5)).toBeUndefined();
  expect(percentileOf([], 0.95)).toBeUndefined();
});

it('is off by a fifth at most, for any durations from a millisecond to two minutes', () => {
  const durations = fc.array(fc.double({ min: 1, max: 120_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 1), (list, share) => {
      const sorted = [...list].sort((a, b) => a - b);
      const exact = sorted[Math.ceil(list.length * share) - 1] ?? 0;
      const found = holding(...list).percentile(share) ?? Number.NaN;
      expect(found / exact).toBeGreaterThan(0.8);
      expect(found / exact).toBeLessThan(1.2);
    }),
  );
});

it('merges several seconds as if they were one', () => {
  const [one, other] = [holding(10, 10, 10), holding(1_000)];
  expect(percentileOf([one, other], 0.5)).toBeLessThan(12);
  expect(percentileOf([one, other], 1)).toBeGreaterThan(800);
});

it('accepts zero, and more than two minutes', () => {
  expect(holding(0).percentile(1)).toBeLessThanOrEqual(1);
  expect(holding(10_000_000).percentile(1)).toBeGreaterThan(100_000);
});

it('is empty after it was cleared', () => {
  const latencies = holding(5);
  latencies.clear();
  expect([latencies.total, latencies.percentile(0.5)]).toEqual([0, undefined]);
});
