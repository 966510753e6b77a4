import { reportOf } from '@breakwater/core';
import { afterEach, expect, test } from '@jest/globals';
import type { RequestResilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

afterEach(stopServers);

const asking = (resilience: RequestResilience) => ({ context: { resilience } });

test.each(['a\r\nX-Evil: 1', 'a\nb', 'schlüssel', '鍵', ' a'])(
  'nothing is sent for an idempotency key that is not a valid header: %j',
  async (idempotencyKey) => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();

    const error = await failureOf(client.post(server.url, asking({ idempotencyKey })));

    expect(error.message).toMatch(/resilience\.idempotencyKey must be printable ASCII, got "[^\n\r]*"$/);
    expect(server.hits).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  },
);

test('a generated key that is not a valid header is not used, and the request is not repeated', async () => {
  const server = await TestServer.start(503);
  const { client } = setup({ idempotency: { generate: () => 'a\r\nX-Evil: 1' } });

  const error = await failureOf(client.post(server.url));

  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
  expect(server.requests[0]?.headers).not.toHaveProperty('idempotency-key');
  expect(server.requests[0]?.headers).not.toHaveProperty('x-evil');
});

test('a key header of the caller’s is kept unchanged, and makes the request repeatable', async () => {
  const server = await TestServer.start(503, 200);
  const { client } = setup();

  await client.post(server.url, { headers: { 'Idempotency-Key': 'schl\u00fcssel' } });

  expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([
    'schl\u00fcssel',
    'schl\u00fcssel',
  ]);
});

test.each(['__proto__', 'constructor', 'prototype'])('%s in a context from JSON is ignored', async (name) => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const server = await TestServer.start(200);
  const { client } = setup();
  const resilience = JSON.parse(`{"${name}":{"maxRetries":0,"key":"evil"}}`) as RequestResilience;

  const error = await failureOf(client(server.url, asking(resilience)));

  expect(error.message).toContain(`resilience.${name} is not an option`);
  expect(server.hits).toBe(0);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

test('no credentials, path or query of a URL are in any message about a request', async () => {
  const server = await TestServer.start(500);
  const { client, policy } = setup({ breaker: openAfterOne, retry: false });
  const events: unknown[] = [];
  for (const name of ['attempt', 'breaker', 'call', 'giveUp', 'reject', 'retry'] as const) {
    policy.on(name, (event) => events.push(event));
  }
  const secret = `${server.url.replace('://', '://user:hunter2@').replace(/\/$/, '')}/hunter2?token=hunter2`;

  const errors = [await failureOf(client(secret)), await failureOf(client(secret))];

  expect(errors.map(({ code }) => code)).toEqual(['ERR_NON_2XX_3XX_RESPONSE', 'ERR_CIRCUIT_OPEN']);
  const own = [events, policy.snapshot(), policy.describe(), errors.map(reportOf), errors[1]?.message];
  expect(JSON.stringify(own)).not.toContain('hunter2');
});
