import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram } from './latency-histogram.js';

test('quantiles are at least those of the durations, and at most 2 % above', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (durations, quantile) => {
        const histogram = new LatencyHistogram();
        for (const ms of durations) histogram.add(ms);
        const sorted = [...durations].sort((one, other) => one - other);
        const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
        const found = histogram.quantileMs(quantile);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThanOrEqual(Math.max(1 / 16, exact * 1.02));
        expect([histogram.count, histogram.longestMs]).toEqual([sorted.length, sorted.at(-1)]);
      },
    ),
  );
});

test('the sum of two histograms equals one to which all were added', () => {
  const [one, other, both] = [new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram()];
  for (let ms = 1; ms < 500; ms += 1) {
    (ms % 3 === 0 ? one : other).add(ms * 2);
    both.add(ms * 2);
  }
  one.addAll(other);
  const read = (histogram: LatencyHistogram): number[] => [0.1, 0.5, 0.99].map((q) => histogram.quantileMs(q));
  expect([read(one), one.meanMs, one.longestMs]).toEqual([read(both), both.meanMs, both.longestMs]);
});

test('is 0 without any duration', () => {
  const empty = new LatencyHistogram();
  expect([empty.quantileMs(0.5), empty.meanMs, empty.longestMs]).toEqual([0, 0, 0]);
});
