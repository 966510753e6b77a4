import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { MAX_STREAMS } from '../src/stream/open-streams.js';
import type { DeltaView, FullView } from '../src/view/wire.js';
import { ask, openStream } from './http-client.js';
import { atEnd, closeServer, type PageServer, servePage } from './page-server.js';

const failing = () => Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' }));
const SECONDS = 16;
const rules = { retry: false, breaker: { consecutiveFailures: 2, successesToClose: 1, openMs: 10_000 } } as const;

async function streamOf({ url }: PageServer, headers = {}) {
  const stream = await openStream(`${url}events`, headers);
  atEnd(() => stream.close());
  return stream;
}

describe('a stream', () => {
  it('has the headers that keep proxies and compression from holding it back', async () => {
    const { headers } = await streamOf(await servePage());
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache, no-transform');
    expect(headers['x-accel-buffering']).toBe('no');
    expect(headers['content-encoding']).toBeUndefined();
  });

  it('begins with the whole state and continues with the changes of each second', async () => {
    const server = await servePage({}, rules);
    await server.policy.execute(() => 1, { key: 'a' });
    await server.background.clock.advance(1_000);
    const stream = await streamOf(server);
    const full = await stream.next();
    expect([full.event, (full.data as FullView).instance]).toEqual(['full', 'here']);
    expect((full.data as FullView).keys).toEqual([
      expect.objectContaining({ id: 'api\na', state: 'closed', calls: 1 }),
    ]);

    await Promise.allSettled([1, 2].map(() => server.policy.execute(failing, { key: 'a' })));
    await server.background.clock.advance(1_000);
    const delta = await stream.next();
    expect(delta.event).toBe('delta');
    const { keys, log } = delta.data as DeltaView;
    expect(keys?.[0]).toMatchObject({ state: 'open', reasons: [['ECONNREFUSED', 2]] });
    expect(keys?.[0]?.says).toContain('Calls are refused because the circuit is open: ');
    expect(keys?.[0]?.next).toContain('The next probe may go through in ');
    expect(log?.map(({ level, key }) => [level, key])).toEqual([['bad', 'a']]);

    await server.background.clock.advance(11_000);
    await server.policy.execute(() => 1, { key: 'a' });
    await server.background.clock.advance(1_000);
    for (;;) {
      const { data } = await stream.next();
      const row = (data as DeltaView).keys?.[0];
      if (row?.state !== 'closed') continue;
      expect(row.openedAtMs).toBeUndefined();
      break;
    }
  });

  it('sends an event each second, also when nothing changes, and no key that has not changed', async () => {
    const server = await servePage();
    await server.policy.execute(() => 1, { key: 'a' });
    await server.background.clock.advance(20_000);
    const stream = await streamOf(server);
    await stream.next();
    await server.background.clock.advance(1_000);
    expect((await stream.next()).data).toEqual({ atMs: server.background.wallNow() });
  });

  it('lists the keys and policies that are gone', async () => {
    const server = await servePage({}, { keyIdleMs: 5_000 });
    await server.policy.execute(() => 1, { key: 'a' });
    await server.background.clock.advance(1_000);
    const stream = await streamOf(server);
    await stream.next();
    await server.background.clock.advance(6_000);
    for (;;) {
      const { gone } = (await stream.next()).data as DeltaView;
      if (gone === undefined) continue;
      expect(gone).toEqual(['api\na']);
      break;
    }
  });

  it('resumes where it was cut off, by the id of the last event', async () => {
    const server = await servePage();
    const first = await streamOf(server);
    await first.next();
    await server.background.clock.advance(1_000);
    const { id } = await first.next();
    first.close();
    await server.background.clock.advance(3_000);
    await server.policy.execute(() => 1, { key: 'while-away' });
    await server.background.clock.advance(1_000);

    const again = await streamOf(server, { 'last-event-id': id });
    const events = [await again.next(), await again.next(), await again.next(), await again.next()];
    expect(events.map(({ event }) => event)).toEqual(['delta', 'delta', 'delta', 'delta']);
    expect(events[3]?.data).toMatchObject({ keys: [{ key: 'while-away' }] });
  });

  it('begins anew for an id that it does not know any more', async () => {
    const server = await servePage();
    for (const id of ['elsewhere-3', '', 'x'.repeat(10_000)]) {
      expect((await (await streamOf(server, { 'last-event-id': id })).next()).event).toBe('full');
    }
    const stream = await streamOf(server);
    const { id } = await stream.next();
    stream.close();
    await server.background.clock.advance(120_000);
    expect((await (await streamOf(server, { 'last-event-id': id })).next()).event).toBe('full');
  });

  it('has a heartbeat', async () => {
    const server = await servePage();
    const stream = await streamOf(server);
    await stream.next();
    await server.background.clock.advance(15_000);
    await until(() => stream.text.includes('\n: \n\n'));
  });

  it('ends after a quarter of an hour, so that access is checked again', async () => {
    const server = await servePage();
    const stream = await streamOf(server);
    await stream.next();
    await server.background.clock.advance(900_000);
    await stream.ended;
  });

  it('flushes after each event behind a middleware that compresses', async () => {
    const server = await servePage();
    let flushed = 0;
    const flush = (): void => {
      flushed += 1;
    };
    const flushing = createServer((request, response) => {
      server.page(request, Object.assign(response, { flush }));
    }).listen(0, '127.0.0.1');
    await once(flushing, 'listening');
    atEnd(() => closeServer(flushing));
    const stream = await openStream(`http://127.0.0.1:${(flushing.address() as { port: number }).port}/events`);
    await stream.next();
    expect(flushed).toBe(1);
    await server.background.clock.advance(1_000);
    await stream.next();
    expect(flushed).toBe(2);
    stream.close();
  });
});

describe('a reader that is too slow', () => {
  it('costs no memory, and gets the newest state when it reads again', async () => {
    const server = await servePage();
    let response: ServerResponse | undefined;
    const watched = createServer((request: IncomingMessage, given) => {
      response = given;
      server.page(request, given);
    }).listen(0, '127.0.0.1');
    await once(watched, 'listening');
    atEnd(() => closeServer(watched));
    // Events of four megabytes: more than two of them fit into no socket's buffers.
    const call = () => {
      for (let n = 0; n < 200; n += 1) void server.policy.execute(() => 1, { key: `${'x'.repeat(10_000)}${n}` });
    };
    call();
    await server.background.clock.advance(1_000);

    const socket = connect((watched.address() as { port: number }).port, '127.0.0.1');
    atEnd(() => socket.destroy());
    socket.write('GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'readable');
    // Not read: what the server writes from now on stays with it.
    const sizes: number[] = [];
    for (let second = 0; second < SECONDS; second += 1) {
      call();
      await server.background.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
      sizes.push(response?.writableLength ?? 0);
    }
    const [half = 0, last = 0] = [sizes[SECONDS / 2], sizes.at(-1)];
    expect(half).toBeGreaterThan(0);
    expect(last).toBe(half);

    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    const newest = `"atMs":${server.background.wallNow()}`;
    await until(() => text.includes(newest));
    expect(text.match(/^event: /gm)?.length).toBeLessThan(SECONDS);
  });
});

describe('streams', () => {
  it('are bounded per process, over all pages, and a closed one makes room for another', async () => {
    const servers = [await servePage(), await servePage()] as const;
    const streams = await Promise.all(
      Array.from({ length: MAX_STREAMS }, (_, n) => streamOf(servers[n % 2] as PageServer)),
    );
    await Promise.all(streams.map((stream) => stream.next()));
    const refused = await ask(`${servers[0].url}events`);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
    expect((await ask(`${servers[0].url}snapshot.json`)).status).toBe(200);

    streams[0]?.close();
    for (;;) {
      const stream = await streamOf(servers[0]);
      if (stream.status === 200) break;
      stream.close();
    }
  });
});

describe('close', () => {
  it('ends the streams and leaves no timer and no listener behind', async () => {
    const server = await servePage();
    const stream = await streamOf(server);
    await stream.next();
    const { subscribed } = countListeners(server);
    expect(subscribed()).toBe(true);
    server.page.close();
    await stream.ended;
    await until(() => server.background.pending === 0);
    expect(subscribed()).toBe(false);
    expect((await ask(server.url)).status).toBe(404);
  });
});

/** Tells if anything listens to the policy: an event without a listener is not made. */
function countListeners({ policy }: PageServer): { subscribed(): boolean } {
  const { topics } = (policy as unknown as { events: { topics: Record<string, { listeners: unknown[] }> } }).events;
  return { subscribed: () => Object.values(topics).some(({ listeners }) => listeners.length > 0) };
}

/** Waits, turn by turn, until something is so. What never comes fails the test and does not go on after it. */
async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 4_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`never came: ${holds}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
