import { reportOf } from '@breakwater/core';
import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { attachResilience } from '../src/index.js';
import { drive, errorOf, steadyPolicy, told } from './drive.js';
import { scene, serve } from './set-up.js';

describe('detach', () => {
  test('ends a wait for a retry at once, with the answer that the request has', async () => {
    const origin = await serve({ status: 503, body: 'busy' });
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: origin.url });
    const handle = attachResilience(api, policy);
    const call = errorOf(api.get('/'));
    await told(policy, 'retry');
    expect(clock.pending).toBe(1);

    handle.detach();

    const error = await call;
    expect(error.response).toMatchObject({ status: 503, data: 'busy' });
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'disabled' });
    expect([origin.requests.length, clock.pending]).toEqual([1, 0]);
  });

  test('does not end waits of other instances with the same policy', async () => {
    const origin = await serve({ status: 503 }, { status: 200, body: 'ok' });
    const { policy, clock } = steadyPolicy();
    const other = attachResilience(axios.create(), policy);
    const api = axios.create({ baseURL: origin.url });
    attachResilience(api, policy);
    const call = api.get('/');
    await told(policy, 'retry');

    other.detach();

    expect((await drive(clock, call)).data).toBe('ok');
  });
});

test('a token that beforeAttempt fetches through the same policy may take the probe of a half-open circuit', async () => {
  const { api, policy, clock, requests, url } = await scene(
    {},
    { retry: false, breaker: { consecutiveFailures: 1, successesToClose: 1 } },
    { status: 500 },
    { status: 200, body: 'ok' },
  );
  await errorOf(api.get('/'));
  await clock.advance(policy.snapshot().keys[url]?.breaker?.openRemainingMs ?? 0);
  const beforeAttempt = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { authorization: (await api.get('/token')).data };
  };

  await drive(clock, api.get('/', { resilience: { beforeAttempt } }));

  expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, 'ok']);
  expect(policy.breaker(url).state).toBe('closed');
});
