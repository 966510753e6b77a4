import { afterEach, expect, it } from '@jest/globals';
import { checkRequestOptions, requestOptionsIn } from './request-options.js';

const prototype = Object.prototype as Record<string, unknown>;
afterEach(() => {
  for (const name of ['idempotent', 'resilience', 'totalMs', 'maxRetries']) delete prototype[name];
});

it('reads a config', () => {
  const resilience = { maxRetries: 1 };
  expect(requestOptionsIn({ resilience })).toBe(resilience);
  expect(requestOptionsIn({ resilience: false })).toBe(false);
  expect(requestOptionsIn({})).toBeUndefined();
  expect(requestOptionsIn(undefined)).toBeUndefined();
});

it('reads nothing from a polluted Object.prototype', () => {
  prototype.idempotent = true;
  prototype.totalMs = 1;
  const options = requestOptionsIn({ resilience: { maxRetries: 1, timeouts: { attemptMs: 5 } } }) || undefined;
  expect(options?.idempotent).toBeUndefined();
  expect(options?.timeouts?.totalMs).toBeUndefined();
  expect(options).toMatchObject({ maxRetries: 1, timeouts: { attemptMs: 5 } });
});

it('reads no options that are on Object.prototype as a whole', () => {
  prototype.resilience = { idempotent: true };
  expect(requestOptionsIn({})).toBeUndefined();
  expect(requestOptionsIn({ resilience: { maxRetries: 2 } })).toEqual({ maxRetries: 2 });
});

it('names option, rule and value of an invalid option', () => {
  expect(() => checkRequestOptions([] as never)).toThrow('resilience must be an object or false, got an array');
  expect(() => checkRequestOptions({ retries: 1 } as never)).toThrow('resilience.retries is not an option');
  expect(() => checkRequestOptions({ beforeAttempt: 1 } as never)).toThrow(
    'resilience.beforeAttempt must be a function, got number',
  );
  expect(() => checkRequestOptions({ maxRetries: -1 })).toThrow(
    'resilience.maxRetries must be an integer >= 0, got -1',
  );
});
