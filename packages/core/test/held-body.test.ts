import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Policy } from '../src/policy/policy-port.js';
import { bench, watch } from './policy-fixture.js';

const servers: { close(): unknown; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(503).end(body));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function nodeAnswer(url: string) {
  const [answer] = (await once(request(url, { agent: false }).end(), 'response')) as [IncomingMessage];
  while (!answer.complete) await turn();
  return { status: answer.statusCode, headers: answer.headers, data: answer };
}

const ends: [string, (policy: Policy) => void][] = [
  ['a circuit that opens', (policy) => policy.breaker('default').open()],
  ['the policy being closed', (policy) => policy.close()],
];

describe.each(ends)('the last answer, returned after a wait that was ended by %s,', (_what, end) => {
  async function answerOf<T>(fn: () => Promise<T>): Promise<T> {
    const { clock, policy } = bench();
    const call = watch(policy.execute(fn));
    while (clock.pending === 0) await turn();
    end(policy);
    while (call.state === 'pending') {
      await clock.runAll();
      await turn();
    }
    return call.value as T;
  }

  it('still has its body: a Response of fetch', async () => {
    const url = await serve('busy');
    expect(await (await answerOf(() => fetch(url))).text()).toBe('busy');
  });

  it('still has its body: a Response that was made here', async () => {
    expect(await (await answerOf(async () => new Response('busy', { status: 503 }))).text()).toBe('busy');
  });

  it('still has its body: a stream of Node', async () => {
    const url = await serve('busy');
    expect(await text((await answerOf(() => nodeAnswer(url))).data)).toBe('busy');
  });
});

it('discards a kept body when the next attempt begins', async () => {
  const { clock, policy } = bench();
  const body = Readable.from(['busy']);
  await once(body, 'readable');
  await turn();
  let seen: boolean | undefined;
  const call = watch(
    policy.execute(({ attempt }) => {
      if (attempt === 1) return { status: 503, headers: {}, body };
      seen = body.destroyed;
      return 'fine';
    }),
  );
  await clock.runAll();
  expect([call.value, seen]).toEqual(['fine', true]);
});

it('keeps no more than a little of a Response in memory', async () => {
  const { clock, policy } = bench();
  let pulled = 0;
  let cancelled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(16_384));
    },
    cancel: () => {
      cancelled += 1;
    },
  });
  const call = watch(
    policy.execute(({ attempt }) => (attempt === 1 ? new Response(endless, { status: 503 }) : 'fine')),
  );
  for (let turns = 0; turns < 20; turns += 1) await turn();
  expect(cancelled).toBe(1);
  expect(pulled).toBeLessThan(10);
  await clock.runAll();
  expect(call.value).toBe('fine');
});
