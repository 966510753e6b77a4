import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { reportOf } from '../src/index.js';
import type { Reply } from './origin.js';
import { scene } from './set-up.js';

const agents: Agent[] = [];
afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy();
});

/**
 * A server that ends every connection at its second request once `stale` is set, as one does that closes idle ones just
 * then.
 */
function forgetfulServer(): { readonly reply: Reply; stale: boolean } {
  const used = new WeakSet<Socket>();
  const server = {
    stale: false,
    reply: ((response) => {
      const socket = response.socket as Socket;
      if (server.stale && used.has(socket)) {
        socket.resetAndDestroy();
        return;
      }
      used.add(socket);
      // All of a round at once, so that each has a connection of its own.
      setImmediate(() => response.writeHead(200, { 'content-type': 'text/plain' }).end('fine'));
    }) as Reply,
  };
  return server;
}

describe.each([
  ['through follow-redirects', {}],
  ["through Node's own http", { maxRedirects: 0 }],
])('a GET %s', (_, config) => {
  test('skips every stale connection of the pool, and nothing counts as failed', async () => {
    const server = forgetfulServer();
    const httpAgent = new Agent({ keepAlive: true });
    agents.push(httpAgent);
    const { api, policy, url } = await scene(
      { httpAgent, ...config },
      { breaker: { consecutiveFailures: 2 } },
      server.reply,
    );
    await Promise.all(Array.from({ length: 6 }, () => api.get('/')));
    server.stale = true;

    const answers = [];
    for (let call = 0; call < 8; call += 1) answers.push(await api.get('/'));

    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(answers.map((answer) => reportOf(answer)?.retries)).toEqual(Array(8).fill(0));
    const { breaker, budget } = policy.snapshot().keys[url] ?? {};
    expect(breaker).toMatchObject({ state: 'closed', counts: { failures: 0 }, consecutiveFailures: 0 });
    expect(budget?.available).toBeGreaterThanOrEqual(100);
    for (const answer of answers) expect(answer.config.url).toBe('/');
  });
});

test('a POST on a stale connection is sent once, and nothing counts as failed', async () => {
  const server = forgetfulServer();
  const httpAgent = new Agent({ keepAlive: true });
  agents.push(httpAgent);
  const { api, policy, requests, url } = await scene({ httpAgent }, {}, server.reply);
  await api.post('/', {});
  server.stale = true;

  await expect(api.post('/', {})).rejects.toMatchObject({ code: 'ECONNRESET' });

  expect(requests).toHaveLength(2);
  expect(policy.snapshot().keys[url]?.breaker?.counts).toMatchObject({ failures: 0 });
});

test.each([
  ['an idempotency key', { resilience: { idempotencyKey: 'order-1' } }],
  ['the word of its caller', { resilience: { idempotent: true } }],
])('a POST with %s skips a stale connection', async (_, config) => {
  const server = forgetfulServer();
  const httpAgent = new Agent({ keepAlive: true });
  agents.push(httpAgent);
  const { api, requests } = await scene({ httpAgent }, {}, server.reply);
  await api.post('/', {});
  server.stale = true;

  expect((await api.post('/', { a: 1 }, config)).status).toBe(200);
  expect(requests.map(({ body }) => body)).toEqual(['{}', '{"a":1}', '{"a":1}']);
});

test.each([
  ['retry is off', { retry: false }],
  ['no retries are wanted', { retry: { maxRetries: 0 } }],
  ['it only observes', { mode: 'observe' }],
] as const)('a GET on a stale connection fails as without a policy if %s', async (_, options) => {
  const server = forgetfulServer();
  const httpAgent = new Agent({ keepAlive: true });
  agents.push(httpAgent);
  const { api, requests } = await scene({ httpAgent }, options, server.reply);
  await api.get('/');
  server.stale = true;

  await expect(api.get('/')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(requests).toHaveLength(2);
});

test('a reset on a new connection is a failure', async () => {
  const { api, policy, url } = await scene({}, { retry: false }, 'reset');
  await expect(api.get('/')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(policy.snapshot().keys[url]?.breaker?.counts).toMatchObject({ failures: 1 });
});
