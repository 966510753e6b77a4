import { describe, expect, jest, test } from '@jest/globals';
import { AxiosError, AxiosHeaders, type AxiosResponse } from 'axios';
import * as original from 'axios-retry';
import * as dropIn from '../../src/axios-retry.js';

const SOME_DAY = Date.UTC(2026, 5, 15, 12);

function errorWith(fields: { code?: string; method?: string; status?: number; headers?: object }): AxiosError {
  const { code, method, status, headers = {} } = fields;
  const config = { headers: new AxiosHeaders(), ...(method !== undefined && { method }) };
  const response = { status, headers, config, data: '', statusText: '' } as AxiosResponse;
  return new AxiosError('failed', code, config, undefined, status === undefined ? undefined : response);
}

describe.each([
  ['axios-retry', original],
  ['the drop-in', dropIn],
] as const)('%s', (_, library) => {
  const { default: axiosRetry } = library;

  test('has the same exports, and its helpers on the function too', () => {
    expect(library.namespace).toBe('axios-retry');
    expect(Object.keys(library).sort()).toEqual(Object.keys(original).sort());
    expect(Object.keys(axiosRetry).sort()).toEqual(Object.keys(original.default).sort());
    for (const name of Object.keys(axiosRetry) as (keyof typeof axiosRetry)[]) {
      expect(axiosRetry[name]).toBe(library[name]);
    }
  });

  test.each([
    ['of a reset', { code: 'ECONNRESET' }, true],
    ['of a refused connection', { code: 'ECONNREFUSED' }, true],
    ['of a browser', { code: 'ERR_NETWORK' }, true],
    ['of a timeout by its newer name', { code: 'ETIMEDOUT' }, true],
    ['of an answer', { code: 'ECONNRESET', status: 500 }, false],
    ['without a code', {}, false],
    ['of a timeout', { code: 'ECONNABORTED' }, false],
    ['of a cancel', { code: 'ERR_CANCELED' }, false],
    ['of an unknown host', { code: 'ENOTFOUND' }, false],
    ['of an unreachable network', { code: 'ENETUNREACH' }, false],
    ['of a certificate', { code: 'CERT_HAS_EXPIRED' }, false],
    ['of a certificate that is its own', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, false],
  ])('isNetworkError: an error %s', (__, fields, expected) => {
    expect(library.isNetworkError(errorWith(fields))).toBe(expected);
  });

  test.each([
    ['no answer', {}, true],
    ['429', { status: 429 }, true],
    ['500', { status: 500 }, true],
    ['599', { status: 599 }, true],
    ['600', { status: 600 }, false],
    ['499', { status: 499 }, false],
    ['404', { status: 404 }, false],
    ['200', { status: 200 }, false],
    ['a timeout', { code: 'ECONNABORTED' }, false],
    ['a timeout with an answer', { code: 'ECONNABORTED', status: 500 }, false],
    ['a reset', { code: 'ECONNRESET' }, true],
  ])('isRetryableError: %s', (__, fields, expected) => {
    expect(library.isRetryableError(errorWith(fields))).toBe(expected);
  });

  test.each([
    ['get', true, true],
    ['head', true, true],
    ['options', true, true],
    ['put', false, true],
    ['delete', false, true],
    ['post', false, false],
    ['patch', false, false],
    ['GET', false, false],
    [undefined, false, false],
  ])('isSafeRequestError and isIdempotentRequestError: %s', (method, safe, idempotent) => {
    const failure = (fields: object) => errorWith(method === undefined ? fields : { ...fields, method });
    expect(library.isSafeRequestError(failure({ status: 500 }))).toBe(safe);
    expect(library.isIdempotentRequestError(failure({ status: 500 }))).toBe(idempotent);
    expect(library.isSafeRequestError(failure({ status: 404 }))).toBe(false);
    expect(library.isIdempotentRequestError(failure({ code: 'ECONNABORTED' }))).toBe(false);
    expect(library.isNetworkOrIdempotentRequestError(failure({ status: 500 }))).toBe(idempotent);
    expect(library.isNetworkOrIdempotentRequestError(failure({ code: 'ECONNRESET' }))).toBe(true);
  });

  test('do not fail without a config', () => {
    expect(library.isSafeRequestError(new AxiosError('failed'))).toBe(false);
    expect(library.isIdempotentRequestError(new AxiosError('failed'))).toBe(false);
  });

  test.each([
    ['no error', undefined, 0],
    ['no header', {}, 0],
    ['seconds', { 'retry-after': '10' }, 10_000],
    ['none', { 'retry-after': '0' }, 0],
    ['less than none', { 'retry-after': '-10' }, 0],
    ['a date', { 'retry-after': new Date(SOME_DAY + 10_000).toUTCString() }, 10_000],
    ['a date that is past', { 'retry-after': new Date(SOME_DAY - 10_000).toUTCString() }, 0],
    ['what is neither', { 'retry-after': 'soon' }, 0],
  ])('retryAfter: %s', (__, headers, expected) => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(SOME_DAY);
    expect(library.retryAfter(headers && errorWith({ status: 503, headers }))).toBe(expected);
    now.mockRestore();
  });

  test('exponentialDelay doubles, with up to a fifth added, or obeys Retry-After', () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    expect([0, 1, 2, 3].map((count) => library.exponentialDelay(count))).toEqual([100, 200, 400, 800]);
    expect(library.exponentialDelay()).toBe(100);
    expect(library.exponentialDelay(3, undefined, 1_000)).toBe(8_000);
    const busy = errorWith({ status: 503, headers: { 'retry-after': '10' } });
    expect(library.exponentialDelay(1, busy)).toBe(10_000);
    expect(library.exponentialDelay(7, busy)).toBe(12_800);
    random.mockReturnValue(0.5);
    expect(library.exponentialDelay(1)).toBe(220);
    random.mockRestore();
  });

  test('linearDelay grows step by step, or obeys Retry-After', () => {
    const delay = library.linearDelay();
    expect([0, 1, 2, 3].map((count) => delay(count, undefined))).toEqual([0, 100, 200, 300]);
    expect(library.linearDelay(7)(3, undefined)).toBe(21);
    expect(delay(1, errorWith({ status: 503, headers: { 'retry-after': '10' } }))).toBe(10_000);
  });
});

test.each([
  ['in the form of asctime, which is in UTC', 'Mon Jun 15 12:00:10 2026', 10_000],
  ['in capitals', undefined, 10_000],
  ['of no whole number, as of nothing', '1.5', 0],
])('the drop-in reads Retry-After %s', (_, value, expected) => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(SOME_DAY);
  const headers = value === undefined ? { 'RETRY-AFTER': '10' } : { 'retry-after': value };
  expect(dropIn.retryAfter(errorWith({ status: 503, headers }))).toBe(expected);
  now.mockRestore();
});

test('the drop-in does not treat a time limit of the policy as a network error: the request may have arrived', () => {
  expect(dropIn.isNetworkError(errorWith({ code: 'ERR_ATTEMPT_TIMEOUT' }))).toBe(false);
  expect(dropIn.isNetworkOrIdempotentRequestError(errorWith({ code: 'ERR_ATTEMPT_TIMEOUT', method: 'get' }))).toBe(
    true,
  );
});
