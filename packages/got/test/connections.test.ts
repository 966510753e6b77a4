import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Step, stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  await stopServers();
});

/**
 * A server that, once `isStale` is set, resets each connection at its second request, as one does that closes idle ones
 * just then.
 */
function forgetful(): { readonly step: Step; isStale: boolean } {
  const used = new WeakSet<Socket>();
  const server = {
    isStale: false,
    step: ((request, response) => {
      if (server.isStale && used.has(request.socket)) return void request.socket.resetAndDestroy();
      used.add(request.socket);
      // All of a round at once, so that each has a connection of its own.
      setImmediate(() => response.end('fine'));
    }) as Step,
  };
  return server;
}

function keepAlive(): { readonly http: Agent } {
  const http = new Agent({ keepAlive: true });
  cleanUps.push(() => http.destroy());
  return { http };
}

describe('a kept-alive connection that the server has closed', () => {
  test('is skipped, one after the other, and counts neither as success nor as failure', async () => {
    const forgetting = forgetful();
    const server = await TestServer.start(forgetting.step);
    const { client, policy } = setup({ breaker: openAfterOne });
    const api = client.extend({ agent: keepAlive() });
    await Promise.all(Array.from({ length: 6 }, () => api(server.url)));
    forgetting.isStale = true;
    const before = policy.snapshot().keys[server.url]?.budget?.available;

    const reports = [];
    for (let call = 0; call < 8; call += 1) reports.push(reportOf(await api(server.url)));

    expect(reports.map((report) => report?.retries)).toEqual(Array(8).fill(0));
    const { breaker, budget, inFlight } = policy.snapshot().keys[server.url] ?? {};
    expect(breaker).toMatchObject({ state: 'closed', consecutiveFailures: 0, counts: { failures: 0 } });
    expect(budget?.available).toBeGreaterThanOrEqual(before ?? Number.NaN);
    expect(inFlight).toBe(0);
  });

  test('uses none of maxRetries', async () => {
    const forgetting = forgetful();
    const server = await TestServer.start(forgetting.step);
    const { client } = setup({ retry: { maxRetries: 1 } });
    const api = client.extend({ agent: keepAlive() });
    await Promise.all(Array.from({ length: 4 }, () => api(server.url)));
    forgetting.isStale = true;
    server.play(forgetting.step, forgetting.step, forgetting.step, forgetting.step, 503, forgetting.step);

    const response = await api(server.url);

    expect(reportOf(response)).toMatchObject({ attempts: 2, retries: 1, stopReason: 'success' });
  });

  test.each([
    ['a POST', { method: 'POST', body: 'payload' }],
    ['a request that must not be repeated', { context: { resilience: { idempotent: false } } }],
    ['a request without retries', { context: { resilience: { maxRetries: 0 } } }],
  ] as const)('is not skipped by %s, and counts neither as success nor as failure', async (_, options) => {
    const forgetting = forgetful();
    const server = await TestServer.start(forgetting.step);
    const { client, policy } = setup({ breaker: openAfterOne });
    const api = client.extend({ agent: keepAlive() });
    await api(server.url);
    forgetting.isStale = true;

    const error = await failureOf(api(server.url, options));

    expect(error.code).toBe('ECONNRESET');
    expect(server.hits).toBe(2);
    expect(policy.breaker(server.url).state).toBe('closed');
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('is handled by got alone in mode observe', async () => {
    const forgetting = forgetful();
    const server = await TestServer.start(forgetting.step);
    const { client, policy } = setup({ mode: 'observe', breaker: openAfterOne });
    const api = client.extend({ agent: keepAlive(), retry: { limit: 0 } });
    await api(server.url);
    forgetting.isStale = true;

    expect((await failureOf(api(server.url))).code).toBe('ECONNRESET');
    expect(server.hits).toBe(2);
    expect(policy.breaker(server.url).state).toBe('closed');
  });
});

describe('a Unix socket', () => {
  async function listening(status: number): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'got-'));
    const path = join(folder, 'app.sock');
    const server = createServer((_, response) => {
      response.statusCode = status;
      response.end('fine');
    }).listen(path);
    await once(server, 'listening');
    cleanUps.push(() => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    });
    return path;
  }

  test.each([
    ['unix:', (path: string) => `unix:${path}:/a`],
    ['http://unix:', (path: string) => `http://unix:${path}:/a?b=c:d`],
  ])('has a key of its own: %s', async (_, urlOf) => {
    const [bad, good] = [await listening(503), await listening(200)];
    const { client, policy } = setup({ breaker: openAfterOne });
    const api = client.extend({ enableUnixSockets: true });

    const error = await failureOf(api(urlOf(bad)));
    const response = await api(urlOf(good));

    expect(reportOf(error)?.key).toBe(`unix:${bad}`);
    expect(reportOf(response)?.key).toBe(`unix:${good}`);
    expect(policy.breaker(`unix:${bad}`).state).toBe('open');
  });

  test('has the key of keyOf if the policy has one', async () => {
    const path = await listening(200);
    const { client } = setup({ keyOf: () => 'own' });

    const response = await client.extend({ enableUnixSockets: true })(`unix:${path}:/a`);

    expect(reportOf(response)?.key).toBe('own');
  });
});
