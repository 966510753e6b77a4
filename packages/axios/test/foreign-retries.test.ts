import type { CallEvent } from '@breakwater/core';
import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import * as rax from 'retry-axios';
import { attachResilience } from '../src/index.js';
import { errorOf, steadyPolicy } from './drive.js';
import type { Reply } from './origin.js';
import { serve } from './set-up.js';

const BAD: Reply = { status: 503 };
const GOOD: Reply = { status: 200, body: '{}' };

async function observed(retry: (api: AxiosInstance) => void, ...replies: readonly Reply[]) {
  const origin = await serve(...replies);
  const { policy } = steadyPolicy({ mode: 'observe', limit: false });
  const calls: CallEvent[] = [];
  policy.on('call', (event) => calls.push(event));
  const api = axios.create({ baseURL: origin.url });
  attachResilience(api, policy);
  retry(api);
  const seen = () => policy.snapshot().totals.observed;
  const told = () => calls.map(({ outcome, repeats }) => [outcome, repeats]);
  return { api, origin, policy, seen, told };
}

const byAxiosRetry = (api: AxiosInstance): void => axiosRetry(api, { retries: 2, retryDelay: () => 0 }) as never;
const byRetryAxios = (api: AxiosInstance): void => {
  api.defaults.raxConfig = { retry: 2, retryDelay: 0, backoffType: 'static' };
  rax.attach(api);
};

describe.each([
  ['axios-retry', byAxiosRetry],
  ['retry-axios', byRetryAxios],
] as const)('beside %s, an observing policy', (_name, retry) => {
  test('counts its retries apart from calls, in the totals and by key', async () => {
    const { api, origin, policy, seen, told } = await observed(retry, GOOD, BAD, BAD, GOOD);
    await api.get('/');
    await api.get('/');
    const counts = { calls: 4, failed: 2, repeats: 2, attempts: 4 };
    expect(seen()).toMatchObject(counts);
    expect(policy.snapshot().keys[origin.url]?.observed).toMatchObject(counts);
    expect(told()).toEqual([
      ['success', undefined],
      ['failure', undefined],
      ['failure', true],
      ['success', true],
    ]);
  });

  test('leaves one failure for a call whose retries fail too', async () => {
    const { api, seen } = await observed(retry, BAD, BAD, BAD);
    await errorOf(api.get('/'));
    expect(seen()).toMatchObject({ calls: 3, failed: 3, repeats: 2 });
  });

  test('recognises them for requests with options of their own', async () => {
    const { api, seen } = await observed(retry, BAD, GOOD);
    await api.get('/', { resilience: { key: 'own' } });
    expect(seen()).toMatchObject({ calls: 2, failed: 1, repeats: 1 });
  });
});

test('axios-retry’s retries of answers that axios takes for good are calls', async () => {
  const validateResponse = ({ status }: { status: number }): boolean => status !== 202;
  const retry = (api: AxiosInstance): void =>
    axiosRetry(api, { retries: 1, retryDelay: () => 0, retryCondition: () => true, validateResponse }) as never;
  const { api, seen } = await observed(retry, { status: 202 }, GOOD);
  await api.get('/');
  expect(seen()).toMatchObject({ calls: 2, failed: 0, repeats: 0 });
});

test('an enforcing policy marks no call', async () => {
  const { api, policy, told } = await observed(byAxiosRetry, BAD, GOOD);
  policy.update({ mode: 'enforce', retry: false });
  await api.get('/');
  expect(told()).toEqual([
    ['failure', undefined],
    ['success', undefined],
  ]);
});

test('what is on Object.prototype marks no call', async () => {
  const { api, seen } = await observed(() => {}, GOOD);
  Object.assign(Object.prototype, { raxConfig: { currentRetryAttempt: 1 } });
  try {
    await api.get('/');
  } finally {
    delete (Object.prototype as { raxConfig?: unknown }).raxConfig;
  }
  expect(seen()).toMatchObject({ calls: 1, repeats: 0 });
});
