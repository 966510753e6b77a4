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

const short = { status: 503, headers: { 'content-length': '4' } };
const busyAnswers: [string, () => Response | { readonly data: unknown }][] = [
  ['a Response of fetch', () => new Response('busy', { status: 503 })],
  ['a stream of Node', () => ({ ...short, data: Readable.from([Buffer.from('busy')], { objectMode: false }) })],
  ['a web stream', () => ({ ...short, data: new Response('busy').body })],
];

async function bodyOf(answer: unknown): Promise<string> {
  return answer instanceof Response ? answer.text() : text((answer as { readonly data: Readable }).data);
}

async function turns(): Promise<void> {
  for (let count = 0; count < 20; count += 1) await turn();
}

it.each(busyAnswers)(
  'keeps %s while the next attempt is made, which the deadline may cut short',
  async (_what, answer) => {
    const { clock, policy } = bench({ timeouts: { totalMs: 1_000 } });
    const call = watch(policy.execute(({ attempt }) => (attempt === 1 ? answer() : new Promise(() => {}))));
    await turns();
    await clock.runAll();
    await turns();
    expect(await bodyOf(call.value)).toBe('busy');
  },
);

it.each(busyAnswers.slice(1))('hands out %s that has not arrived as a whole', async (what, _answer) => {
  const { clock, policy } = bench();
  const node = new Readable({ read() {} });
  const data = what === 'a web stream' ? Readable.toWeb(node) : node;
  node.push(Buffer.from('bu'));
  const call = watch(policy.execute(async () => ({ ...short, data })));
  await turns();
  policy.close();
  await turns();
  node.push(Buffer.from('sy'));
  node.push(null);
  expect(await bodyOf(call.value)).toBe('busy');
  expect(clock.pending).toBe(0);
});

it.each([
  ['that is not known to end soon', {}],
  ['that is long', { 'content-length': '65537' }],
  ['that is a stream of events', { 'transfer-encoding': 'chunked', 'content-type': 'text/event-stream' }],
])('discards a body %s before the wait', async (_what, headers) => {
  const { clock, policy } = bench();
  const data = new Readable({ read() {} });
  const call = watch(policy.execute(async ({ attempt }) => (attempt === 1 ? { status: 503, headers, data } : 'fine')));
  await turn();
  expect(data.destroyed).toBe(true);
  await clock.runAll();
  expect(call.value).toBe('fine');
});

it('discards a body that turns out to be long, and leaves it in its place', async () => {
  const { policy } = bench();
  const headers = { 'transfer-encoding': 'chunked' };
  const data = new Readable({ read() {} });
  data.push(Buffer.alloc(65_537));
  const call = watch(policy.execute(async () => ({ status: 503, headers, data })));
  await turns();
  expect(data.destroyed).toBe(true);
  policy.close();
  await turns();
  expect(call.value).toMatchObject({ data });
});

it('leaves a stream with methods of its own in its place', async () => {
  const { policy } = bench();
  const data = Object.assign(Readable.from([Buffer.from('busy')]), { text: async () => 'busy' });
  const call = watch(policy.execute(async () => ({ ...short, data })));
  await turns();
  policy.close();
  await turns();
  expect(call.value).toMatchObject({ data });
});

it('frees the connection of a Response if the caller cancels during the wait', async () => {
  const { policy } = bench();
  const caller = new AbortController();
  let cancelled = 0;
  const body = new ReadableStream({
    cancel: () => {
      cancelled += 1;
    },
  });
  const call = watch(policy.execute(() => new Response(body, { status: 503 }), { signal: caller.signal }));
  await turns();
  caller.abort();
  await turns();
  expect([call.state, cancelled]).toEqual(['error', 1]);
});

it('destroys the rest of a body if the caller destroys what was handed out', async () => {
  const { policy } = bench();
  const source = new Readable({ read() {} });
  const call = watch(policy.execute(async () => ({ ...short, data: source })));
  await turns();
  policy.close();
  await turns();
  const { data } = call.value as { data: Readable };
  expect(source.destroyed).toBe(false);
  data.destroy();
  await turns();
  expect(source.destroyed).toBe(true);
});

it('hands out a body that broke off as one that breaks off', async () => {
  const { policy } = bench();
  const source = new Readable({ read() {} });
  const call = watch(policy.execute(async () => ({ ...short, data: source })));
  await turns();
  source.destroy(new Error('reset'));
  await turns();
  policy.close();
  await turns();
  await expect(bodyOf(call.value)).rejects.toThrow('reset');
});

it('discards the body of a Response that it cannot read ahead', async () => {
  const { clock, policy } = bench();
  const cancelled: string[] = [];
  const cancel = (name: string) => async () => {
    cancelled.push(name);
  };
  const body = { getReader() {}, locked: false, cancel: cancel('body') };
  const clone = () => ({ body: { locked: false, cancel: cancel('clone') } });
  const response = { status: 503, headers: {}, bodyUsed: false, body, clone };
  const call = watch(policy.execute(async ({ attempt }) => (attempt === 1 ? response : 'fine')));
  await turns();
  expect(cancelled.sort()).toEqual(['body', 'clone']);
  await clock.runAll();
  expect(call.value).toBe('fine');
});

it('reads streams of another class ahead', async () => {
  const { policy } = bench();
  const native = new Response('busy').body as ReadableStream;
  const data = { getReader: () => native.getReader(), locked: false, cancel: () => native.cancel() };
  const call = watch(policy.execute(async () => ({ ...short, data })));
  await turns();
  policy.close();
  await turns();
  expect(await bodyOf(call.value)).toBe('busy');
});
