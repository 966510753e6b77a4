import { describe, expect, test } from '@jest/globals';
import type { GotOptions } from '../got-types.js';
import { userRetry } from './user-retry-options.js';

const methods = ['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'];
const statusCodes = [408, 413, 429, 500, 502, 503, 504, 521, 522, 524];
const ofGot = { limit: 2, methods, statusCodes, calculateDelay: () => 0 };

/** Options as got merges them; `given` are those that it keeps as they were given, up to 14. */
const options = (retry: object, ...given: object[]): GotOptions => ({ retry, _init: given }) as unknown as GotOptions;

describe('the options of got itself do not count as the user’s', () => {
  test.each([
    ['got 12 to 15', ofGot],
    ['got 16', { ...ofGot, methods: [...methods, 'QUERY'] }],
    ['in another order', { ...ofGot, methods: [...methods].reverse(), statusCodes: [...statusCodes].reverse() }],
  ])('%s', (_, retry) => {
    expect(userRetry(options(retry))).toBeUndefined();
  });
});

describe('a limit', () => {
  test.each([
    [0, 0],
    [5, 5],
    [1.5, 1],
    [-1, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER],
  ])('of %d is %d retries', (limit, maxRetries) => {
    expect(userRetry(options({ ...ofGot, limit }))?.maxRetries).toBe(maxRetries);
  });
});

test.each([[['GET']], [[]], [[...methods, 'POST']]])('methods that differ from got’s own are the user’s: %j', (own) => {
  expect(userRetry(options({ ...ofGot, methods: own }))?.methods).toEqual(own);
});

test('statuses that differ from got’s own are the user’s, as far as they exist', () => {
  expect(userRetry(options({ ...ofGot, statusCodes: [503, 0, 600, 50.5, 418] }))?.statuses).toEqual([503, 418]);
});

describe('an option that the user sets to got’s own value', () => {
  test.each([
    ['limit', { limit: 2 }, { maxRetries: 2 }],
    ['methods', { methods }, { methods }],
    ['statusCodes', { statusCodes }, { statuses: statusCodes }],
  ])('is the user’s if got keeps the given options: %s', (_, retry, expected) => {
    expect(userRetry(options(ofGot, {}, { retry }, { headers: {} }))).toEqual(expected);
    expect(userRetry(options(ofGot, { retry: { noise: 1 } }, { headers: {} }))).toBeUndefined();
  });

  test('is not taken from Object.prototype', () => {
    const polluted = Object.prototype as { retry?: object };
    polluted.retry = { limit: 2 };
    try {
      expect(userRetry(options(ofGot, {}))).toBeUndefined();
    } finally {
      delete polluted.retry;
    }
  });
});
