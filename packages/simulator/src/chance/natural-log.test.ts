import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { naturalLog } from './natural-log.js';

test('is the natural logarithm to the last bits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) => {
      expect(Math.abs(naturalLog(value) - Math.log(value))).toBeLessThanOrEqual(
        4e-15 * Math.max(1, Math.abs(Math.log(value))),
      );
    }),
  );
});

test('gives the same bits on every host', () => {
  expect([0.2, 0.3, 3, 1e6].map(naturalLog)).toEqual(BITS);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
  expect(() => naturalLog(value)).toThrow(RangeError);
});

const BITS = [-1.6094379124341003, -1.203972804325936, 1.0986122886681096, 13.815510557964274];
