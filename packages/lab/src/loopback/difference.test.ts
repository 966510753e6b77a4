import { expect, test } from '@jest/globals';
import { reasonFor } from './difference.js';

test.each([
  ['is small', { simulated: [80], measured: 83, lateMs: 100 }, ''],
  [
    'is within what other seeds give',
    { simulated: [80, 60], measured: 62, lateMs: 0 },
    'chance: seeds give 60.0 to 80.0',
  ],
  [
    'comes from a busy machine',
    { simulated: [80], measured: 70, lateMs: 50 },
    'the machine was busy: 1 % of its work came 50 ms late or more',
  ],
  ['has no reason', { simulated: [80, 81], measured: 70, lateMs: 1 }, 'not explained'],
])('a difference that %s says so', (_, compared, expected) => {
  expect(reasonFor(compared)).toBe(expected);
});
