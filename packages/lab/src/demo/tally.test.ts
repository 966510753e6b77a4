import { describe, expect, test } from '@jest/globals';
import { percentile, ratio, SideTally } from './tally.js';

describe('a tally', () => {
  test('counts a call in the phase in which it began, however late it ends', () => {
    const tally = new SideTally();
    tally.began('outage');
    tally.began('recovery');
    tally.began('recovery');
    tally.ends('recovery', 'answered', 40);
    tally.ends('outage', 'answered', 3_000);

    expect(tally.phase('outage')).toMatchObject({ calls: 1, answered: 1, durationsMs: [3_000] });
    expect(tally.phase('recovery')).toMatchObject({ calls: 2, ended: 1, durationsMs: [40] });
    expect(tally.total).toMatchObject({ calls: 3, ended: 2, answered: 2 });
  });

  test('counts failed and refused calls separately, and takes the time of neither', () => {
    const tally = new SideTally();
    tally.ends('outage', 'failed', 300);
    tally.ends('outage', 'refused', 0);

    expect(tally.total).toMatchObject({ failed: 1, refused: 1, ended: 2, answered: 0, durationsMs: [] });
  });
});

describe('a percentile', () => {
  test.each([
    [[], 0.5, undefined],
    [[7], 0.95, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 3, 2, 1], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
  ])('of %j at %d is %j', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});

test('a ratio needs a whole', () => {
  expect([ratio(1, 4), ratio(0, 0)]).toEqual([0.25, undefined]);
});
