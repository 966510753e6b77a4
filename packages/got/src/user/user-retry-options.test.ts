import { describe, expect, test } from '@jest/globals';
import { userRetry } from './user-retry-options.js';

const methods = ['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'];
const statusCodes = [408, 413, 429, 500, 502, 503, 504, 521, 522, 524];
const ofGot = { limit: 2, methods, statusCodes, calculateDelay: () => 0 };

describe('what got says by itself is not the user’s word', () => {
  test.each([
    ['got 12 to 15', ofGot],
    ['got 16', { ...ofGot, methods: [...methods, 'QUERY'] }],
    ['in another order', { ...ofGot, methods: [...methods].reverse(), statusCodes: [...statusCodes].reverse() }],
  ])('%s', (_, retry) => {
    expect(userRetry(retry)).toEqual({ maxRetries: undefined, methods: undefined, statuses: undefined });
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
    expect(userRetry({ ...ofGot, limit }).maxRetries).toBe(maxRetries);
  });
});

test.each([[['GET']], [[]], [[...methods, 'POST']]])('methods that differ from got’s own are the user’s: %j', (own) => {
  expect(userRetry({ ...ofGot, methods: own }).methods).toEqual(own);
});

test('statuses that differ from got’s own are the user’s, as far as there are such', () => {
  expect(userRetry({ ...ofGot, statusCodes: [503, 0, 600, 50.5, 418] }).statuses).toEqual([503, 418]);
});
