import { describe, expect, jest, test } from '@jest/globals';
import axios, { type AxiosError, type AxiosInstance } from 'axios';
import axiosRetry from '../../src/axios-retry.js';
import { presets } from '../../src/index.js';
import { type AddedResilience, attach } from '../../src/retry-axios.js';
import { drive, errorOf, macrotask } from '../drive.js';
import { serve } from '../set-up.js';
import { dropIns } from './drop-ins.js';
import { steady } from './steady.js';

describe.each(dropIns)('the resilience option of %s', (name, dropIn) => {
  describe('of one request', () => {
    test('has a key of its own', async () => {
      const { url } = await serve({ status: 503 });
      const { clock, resilience } = steady({ breaker: { consecutiveFailures: 1 } });
      const api = dropIn.client({}, { retries: 0, resilience });

      await drive(clock, errorOf(api.get(url, { resilience: { key: 'reports' } })));

      expect(await errorOf(api.get(url))).toMatchObject({ response: { status: 503 } });
      expect(await errorOf(api.get(url, { resilience: { key: 'reports' } }))).toMatchObject({
        code: 'ERR_CIRCUIT_OPEN',
        key: 'reports',
      });
    });

    test('is off with false, except the retries', async () => {
      const { url, requests } = await serve({ status: 503 });
      const { clock, resilience } = steady({ breaker: { consecutiveFailures: 1 } });
      const api = dropIn.client({}, { retries: 2, resilience });

      await drive(clock, errorOf(api.get(url, { resilience: false })));

      expect(requests).toHaveLength(3);
    });

    test('has its own limits and idempotency key', async () => {
      const { url, requests } = await serve('silence', { status: 503 }, { status: 200 });
      const { clock, resilience } = steady();
      const api = dropIn.client({}, { resilience, wants: () => true });

      const own = { timeouts: { attemptMs: 500 }, idempotencyKey: 'order-1' };
      const response = api.post(url, { a: 1 }, { resilience: own });
      while (requests.length < 1) await macrotask();
      await clock.advance(500);
      await drive(clock, response, 'waits of no time');

      expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-1', 'order-1', 'order-1']);
      expect(requests.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
    });

    test('prepares each attempt', async () => {
      const { url, requests } = await serve({ status: 503 }, { status: 200 });
      const api = dropIn.client({});

      await api.get(url, { resilience: { beforeAttempt: (_config, attempt) => ({ 'x-attempt': `${attempt}` }) } });

      expect(requests.map(({ headers }) => headers['x-attempt'])).toEqual(['1', '2']);
    });

    test('ends if the preparation throws, and is not retried', async () => {
      const { url, requests } = await serve({ status: 200 });
      const wants = jest.fn(() => true);
      const api = dropIn.client({}, { wants });
      const beforeAttempt = () => {
        throw new Error('no token');
      };

      expect(await errorOf(api.get(url, { resilience: { beforeAttempt } }))).toMatchObject({ message: 'no token' });
      expect(requests).toHaveLength(0);
    });

    test('must be valid', async () => {
      const { url, requests } = await serve({ status: 200 });
      const api = dropIn.client({});

      const error = await errorOf(api.get(url, { resilience: { key: '' } }));

      expect(error).toMatchObject({ code: 'ERR_BAD_OPTION_VALUE', isAxiosError: true });
      expect(error.message).toContain('resilience.key');
      expect(requests).toHaveLength(0);
    });
  });

  test.each<[unknown, string]>([
    [{ retry: { maxRetries: 1 } }, `resilience.retry is not an option here: the options of ${name} decide on retries`],
    [presets.externalApi, `resilience.retry is not an option here: the options of ${name} decide on retries`],
    [7, 'resilience must be a policy or an object, got 7'],
    [[], 'resilience must be a policy or an object, got an array'],
    [null, 'resilience must be a policy or an object, got null'],
    [{ breaker: { probes: 0 } }, 'breaker.probes must be'],
  ])('rejects %j', (resilience, message) => {
    expect(() => dropIn.client({}, { resilience: resilience as never })).toThrow(message);
  });

  test('ignores undefined', async () => {
    const { url, requests } = await serve({ status: 503 });
    const api = dropIn.client({}, { retries: 9, resilience: { breaker: undefined, budget: undefined } });

    await errorOf(api.get(url));

    expect(requests).toHaveLength(10);
  });
});

test('axios-retry: the resilience option is not in the state of a request', async () => {
  const { url } = await serve({ status: 200 });
  const api = axios.create();
  axiosRetry(api, { retries: 1, resilience: { breaker: {} } });

  expect((await api.get(url)).config['axios-retry']).not.toHaveProperty('resilience');
});

test('retry-axios: axios itself may have it too', async () => {
  const { url } = await serve({ status: 503 });
  const { clock, resilience } = steady({ breaker: { consecutiveFailures: 1 } });
  const id = attach(undefined, { resilience });

  await drive(clock, errorOf(axios.get(url)));
  const error = (await errorOf(axios.get(url))) as unknown as AxiosError;
  axios.interceptors.response.eject(id);

  expect(error.code).toBe('ERR_CIRCUIT_OPEN');
});

test.each<[string, (instance: AxiosInstance, resilience?: AddedResilience) => unknown]>([
  ['axios-retry', (instance, resilience) => axiosRetry(instance, resilience ? { resilience } : { retries: 1 })],
  ['retry-axios', (instance, resilience) => attach(instance, resilience && { resilience })],
])('%s: resilience is not read from Object.prototype, nor is its retry', (_, install) => {
  const prototype = Object.prototype as Record<string, unknown>;
  try {
    prototype.resilience = { breaker: { probes: 0 } };
    expect(() => install(axios.create())).not.toThrow();
    delete prototype.resilience;
    prototype.retry = { maxRetries: 5 };
    expect(() => install(axios.create(), { budget: false })).not.toThrow();
  } finally {
    delete prototype.resilience;
    delete prototype.retry;
  }
});
