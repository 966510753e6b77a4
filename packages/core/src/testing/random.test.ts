import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from './random.js';

function take(random: () => number, count: number): number[] {
  return Array.from({ length: count }, random);
}

describe('seededRandom', () => {
  it.each([
    [0, 0.266_429_208_684_712_65],
    [1, 0.627_073_940_588_161_3],
    [42, 0.601_103_751_920_163_6],
  ])('is mulberry32: seed %d begins with %d', (seed, expected) => {
    expect(seededRandom(seed)()).toBe(expected);
  });

  it('gives the same numbers for the same seed', () => {
    expect(take(seededRandom(7), 100)).toEqual(take(seededRandom(7), 100));
  });

  it('gives different numbers for another seed', () => {
    expect(take(seededRandom(7), 4)).not.toEqual(take(seededRandom(8), 4));
  });

  it('stays in [0, 1) for any integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        for (const drawn of take(seededRandom(seed), 50)) {
          expect(drawn).toBeGreaterThanOrEqual(0);
          expect(drawn).toBeLessThan(1);
        }
      }),
    );
  });

  it('draws uniformly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const drawn of take(seededRandom(3), 100_000)) {
      const tenth = Math.floor(drawn * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) {
      expect(count).toBeGreaterThan(9_500);
      expect(count).toBeLessThan(10_500);
    }
  });

  it.each([0.1, Number.NaN, Number.POSITIVE_INFINITY])('rejects the seed %p', (seed) => {
    expect(() => seededRandom(seed)).toThrow(new RangeError(`seed must be an integer, got ${seed}`));
  });
});
