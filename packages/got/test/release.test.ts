import { createPolicy, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import got from 'got';
import { resilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

afterEach(stopServers);

describe('while got waits for a retry', () => {
  test.each([
    ['close()', (policy: ReturnType<typeof createPolicy>) => policy.close()],
    ["setMode('off')", (policy: ReturnType<typeof createPolicy>) => policy.setMode('off')],
  ])('%s ends the call at once with the answer that it has', async (_, release) => {
    const server = await TestServer.start({ status: 503, body: 'busy' });
    const policy = createPolicy({
      retry: { backoff: { kind: 'constant', baseMs: 20_000, jitter: 'none' } },
    });
    const client = got.extend(resilience(policy));
    const waiting = new Promise<void>((resolve) => {
      policy.on('retry', () => setImmediate(resolve));
    });
    const call = failureOf(client(server.url));
    await waiting;
    await new Promise((resolve) => setImmediate(resolve));

    release(policy);

    const error = await call;
    expect(error).toMatchObject({ name: 'HTTPError', response: { statusCode: 503, body: 'busy' } });
    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'disabled' });
    expect(callsUnderWay(policy)).toBe(0);
  });
});

test('a token that beforeAttempt fetches through the same policy may take the probe of a half-open circuit', async () => {
  const server = await TestServer.start(500, 200);
  const { client, policy, clock } = setup({ breaker: { ...openAfterOne, successesToClose: 1 }, retry: false });
  await failureOf(client(server.url));
  await clock.advance(policy.snapshot().keys[server.url]?.breaker?.openRemainingMs ?? 0);
  const beforeAttempt = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { authorization: await client(`${server.url}/token`).text() };
  };

  await client(server.url, { context: { resilience: { beforeAttempt } } });

  expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ['/', undefined],
    ['/token', undefined],
    ['/', 'ok'],
  ]);
  expect(policy.breaker(server.url).state).toBe('closed');
});
