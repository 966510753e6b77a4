import { describe, expect, test } from '@jest/globals';
import { nothingYet, RecentReadings, ratesBetween } from './rates.js';

describe('rates', () => {
  test('are those of the time between two readings', () => {
    const before = { atMs: 1_000, calls: 80, ended: 80, answered: 80, refused: 0, requests: 80 };
    const after = { atMs: 3_000, calls: 240, ended: 180, answered: 105, refused: 50, requests: 400 };

    expect(ratesBetween(before, after)).toEqual({
      success: 0.25,
      attemptsPerCall: 2,
      requestsPerSecond: 160,
      refusedPerSecond: 25,
    });
  });

  test('are unknown if nothing happened', () => {
    expect(ratesBetween(nothingYet, nothingYet)).toEqual({
      success: undefined,
      attemptsPerCall: undefined,
      requestsPerSecond: 0,
      refusedPerSecond: 0,
    });
  });

  test('of the last second forget what is older', () => {
    const recent = new RecentReadings(1_000);
    const read = (atMs: number, requests: number) => recent.add({ ...nothingYet, atMs, requests }).requestsPerSecond;

    expect(read(500, 50)).toBe(100);
    expect(read(1_000, 100)).toBe(100);
    expect(read(1_500, 100)).toBe(50);
    expect(read(2_000, 100)).toBe(0);
    expect(read(9_000, 170)).toBe(10);
    expect(read(9_500, 175)).toBe(10);
  });
});
