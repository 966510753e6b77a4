import { expect, test } from '@jest/globals';
import { recoveryMs } from './recovery.js';

/** Bins of 100 ms with 100 calls each, of which so many fail. */
const bins = (...lost: readonly number[]) =>
  lost.map((count) => ({ calls: 100, answered: 100 - count, refused: 0, attempts: 100, goodput: 100 - count }));

test.each([
  ['is at once if nothing fails', [50, 0, 0, 0, 0, 0, 0, 0], 100, 0],
  ['counts from the given moment', [0, 0, 90, 0, 0, 0, 0, 0, 0], 100, 200],
  ['takes the last relapse', [0, 50, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0], 0, 500],
  ['suffers one failure in a hundred', [0, 1, 1, 1, 1, 1, 1, 1, 1], 0, 0],
  ['is never if the end is bad', [0, 0, 0, 0, 0, 0, 0, 0, 50], 0, undefined],
  ['is never if the good end is shorter than a window', [0, 0, 0, 0, 50, 0, 0, 0], 0, undefined],
  ['is at once without calls', [], 0, 0],
])('%s', (_, lost, fromMs, expected) => {
  expect(recoveryMs(bins(...lost), 100, fromMs)).toBe(expected);
});

test('a failure among few calls is no relapse', () => {
  const few = [1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1].map((answered) => ({
    ...bins(0)[0],
    calls: 1,
    answered,
  })) as ReturnType<typeof bins>;
  expect(recoveryMs(few, 100, 0)).toBe(0);
  expect(recoveryMs(few, 100, 0, { minimumCalls: 1 })).toBe(400);
});
