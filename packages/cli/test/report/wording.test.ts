import { expect, test } from '@jest/globals';
import { durationText, enumerated, numberText } from '../../src/report/wording.js';

test.each([
  [0, '0 ms'],
  [0.5, '0.5 ms'],
  [450, '450 ms'],
  [999.6, '1 s'],
  [1_500, '1.5 s'],
  [44_900, '44.9 s'],
  [60_000, '1 min'],
  [75_000, '75 s'],
  [119_600, '2 min'],
  [150_000, '2 min 30 s'],
  [599_900, '10 min'],
  [3_600_000, '1 h'],
  [5_903_000, '98 min'],
  [7_500_000, '2 h 5 min'],
  [172_800_000, '2 d'],
  [Number.POSITIVE_INFINITY, 'any time'],
])('%p ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [1.3, '1.3'],
  [1.2149, '1.21'],
  [12.34, '12.3'],
  [1_210, '1,210'],
  [0.001, '0.001'],
  [0, '0'],
])('%p is written %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j is %s', (items, text) => {
  expect(enumerated(items)).toBe(text);
});
