import type { Decision } from '@breakwater/core/adapter';
import { describe, expect, test } from '@jest/globals';
import type { CalculateDelay, GotError, RetryInput } from '../got-types.js';
import { UserDelay } from './user-calculate-delay.js';

const input = (computedValue: number): RetryInput => ({ error: new Error('failed') as GotError, computedValue });
const rules = { limit: 2, methods: [], statusCodes: [] };
const retryAfter = (delayMs: number): Decision => ({ retry: true, delayMs });
const stop: Decision = { retry: false, stopReason: 'exhausted' };

/** got's default if the user has set none. */
const ofGot: CalculateDelay = ({ computedValue }) => computedValue;

describe('on a decision', () => {
  test.each([
    ['a delay is a delay', retryAfter(250), 250],
    ['at once is a millisecond: 0 would be no retry', retryAfter(0), 1],
    ['a delay that no timer can wait for is the longest', retryAfter(2 ** 40), 2 ** 31 - 1],
    ['no retry is 0', stop, 0],
  ])('got’s own function changes nothing: %s', async (_, decision, expected) => {
    expect(await new UserDelay({ ...rules, calculateDelay: ofGot }).on(decision, input(9))).toBe(expected);
  });

  test.each([
    [0, 0],
    [undefined, 0],
    [Number.NaN, 0],
    [-5, 1],
    [0.5, 1],
    [70, 70],
    [Number.POSITIVE_INFINITY, 2 ** 31 - 1],
  ])('the user’s result counts: %p is %p', async (word, expected) => {
    expect(await new UserDelay({ ...rules, calculateDelay: () => word }).on(retryAfter(5), input(9))).toBe(expected);
  });

  test('the user’s result may be a promise', async () => {
    const calculateDelay = ({ computedValue }: RetryInput) => Promise.resolve(computedValue * 2);

    expect(await new UserDelay({ ...rules, calculateDelay }).on(retryAfter(5), input(9))).toBe(10);
  });

  test('with enforceRetryRules the user only determines the length of a wait', async () => {
    const delay = new UserDelay({ ...rules, calculateDelay: () => 70, enforceRetryRules: true });

    expect(await delay.on(stop, input(9))).toBe(0);
    expect(await delay.on(retryAfter(5), input(9))).toBe(70);
  });
});

describe('alone', () => {
  test('it returns the delay of got', () => {
    expect(new UserDelay({ ...rules, calculateDelay: ofGot }).alone(input(9))).toBe(9);
    expect(new UserDelay({ ...rules, calculateDelay: () => 70 }).alone(input(0))).toBe(70);
    expect(new UserDelay({ ...rules, calculateDelay: () => 70, enforceRetryRules: true }).alone(input(0))).toBe(0);
  });
});
