import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyJitter, type Jitter, jitterRange } from './jitter.js';

const jitters = fc.oneof(fc.constantFrom<Jitter>('none', 'full', 'equal'), fc.double({ min: 0, max: 1, noNaN: true }));
const draws = fc.oneof(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constant(1 - Number.EPSILON / 2),
);

describe('applyJitter', () => {
  it.each<[Jitter, number, number]>([
    ['none', 0, 1_000],
    ['none', 0.75, 1_000],
    ['full', 0, 0],
    ['full', 0.5, 500],
    ['full', 0.75, 750],
    ['equal', 0, 500],
    ['equal', 0.5, 750],
    ['equal', 0.75, 875],
    [0, 0.75, 1_000],
    [0.25, 0, 750],
    [0.25, 0.5, 1_000],
    [0.25, 0.75, 1_125],
    [1, 0, 0],
    [1, 0.75, 1_500],
  ])('makes, with %p and a draw of %d, %d of 1000', (jitter, draw, expected) => {
    expect(applyJitter(jitter, 1_000, () => draw)).toBe(expected);
  });

  it('draws no number if nothing is random', () => {
    const random = () => {
      throw new Error('drawn');
    };
    expect(applyJitter('none', 1_000, random)).toBe(1_000);
  });

  it('stays within jitterRange, to the last bit', () => {
    fc.assert(
      fc.property(jitters, fc.double({ min: 0, max: 2 ** 31, noNaN: true }), draws, (jitter, delayMs, draw) => {
        const jittered = applyJitter(jitter, delayMs, () => draw);
        const { minMs, maxMs } = jitterRange(jitter, delayMs);
        expect(jittered).toBeGreaterThanOrEqual(minMs);
        expect(jittered).toBeLessThanOrEqual(maxMs);
      }),
    );
  });
});

describe('jitterRange', () => {
  it.each<[Jitter, number, number]>([
    ['none', 1_000, 1_000],
    ['full', 0, 1_000],
    ['equal', 500, 1_000],
    [0, 1_000, 1_000],
    [0.25, 750, 1_250],
    [1, 0, 2_000],
  ])('spreads 1000, with %p, from %d to %d', (jitter, minMs, maxMs) => {
    expect(jitterRange(jitter, 1_000)).toEqual({ minMs, maxMs });
  });
});
