import { reportOf } from '@breakwater/core';
import { expect, it } from '@jest/globals';
import type { AxiosRequestConfig } from 'axios';
import { drive, errorOf } from './drive.js';
import { scene } from './set-up.js';

const asJson = (text: string) => JSON.parse(text) as AxiosRequestConfig;

it.each(['a\r\nX-Evil: 1', 'a\nb', 'schlüssel', '鍵', ' a'])(
  'sends nothing for an idempotency key that is not a valid header: %j',
  async (idempotencyKey) => {
    const { api, clock, requests, policy } = await scene({}, {}, { status: 200 });
    const error = await errorOf(drive(clock, api.post('/', {}, { resilience: { idempotencyKey } })));
    expect(error).toMatchObject({ isAxiosError: true, code: 'ERR_BAD_OPTION_VALUE' });
    expect(error.message).toMatch(/^resilience\.idempotencyKey must be printable ASCII, got "[^\n\r]*"$/);
    expect(requests).toEqual([]);
    expect(policy.snapshot().totals.calls).toBe(0);
  },
);

it('uses no generated key that is not a valid header, and does not repeat the request', async () => {
  const generate = () => 'a\r\nX-Evil: 1';
  const { api, clock, requests } = await scene({}, { idempotency: { generate } }, { status: 503 });
  const error = await errorOf(drive(clock, api.post('/', {})));
  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
  expect(requests).toHaveLength(1);
  expect(requests[0]?.headers).not.toHaveProperty('idempotency-key');
  expect(requests[0]?.headers).not.toHaveProperty('x-evil');
});

it('keeps a key header of the caller’s unchanged, and treats the request as repeatable', async () => {
  const { api, clock, requests } = await scene({}, {}, { status: 503 }, { status: 200 });
  await drive(clock, api.post('/', {}, { headers: { 'Idempotency-Key': 'schl\u00fcssel' } }));
  expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['schl\u00fcssel', 'schl\u00fcssel']);
});

it.each(['__proto__', 'constructor', 'prototype'])('ignores %s in a request from JSON', async (name) => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const { api, clock, requests } = await scene({}, {}, { status: 503 }, { status: 200 });
  const config = asJson(`{"url":"/","resilience":{"${name}":{"maxRetries":0,"key":"evil"}}}`);
  const end = await drive(clock, api.request(config)).catch((error: unknown) => error);
  // axios drops such names when it merges configs; the rest is refused.
  expect(end).toMatchObject(requests.length === 0 ? { code: 'ERR_BAD_OPTION_VALUE' } : { status: 200 });
  if (requests.length > 0)
    expect(reportOf(end)).toMatchObject({ attempts: 2, key: expect.stringContaining('http://') });
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

it('shows no credentials, path or query of a URL in any message about a request', async () => {
  const { api, clock, policy, url } = await scene(
    {},
    { breaker: { consecutiveFailures: 1 }, retry: false },
    { status: 500 },
  );
  const events: unknown[] = [];
  for (const name of ['attempt', 'breaker', 'call', 'giveUp', 'reject', 'retry'] as const) {
    policy.on(name, (event) => events.push(event));
  }
  const secret = url.replace('://', '://user:hunter2@');
  const errors = [];
  for (let n = 0; n < 2; n += 1) errors.push(await errorOf(drive(clock, api.get(`${secret}/hunter2?token=hunter2`))));
  expect(errors.map(({ code }) => code)).toEqual(['ERR_BAD_RESPONSE', 'ERR_CIRCUIT_OPEN']);
  const told = [
    events,
    policy.snapshot(),
    policy.describe(),
    errors.map(reportOf),
    errors.map(({ message }) => message),
  ];
  expect(JSON.stringify(told)).not.toContain('hunter2');
});
