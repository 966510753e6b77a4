import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { portFor } from '../src/clients/redis-client.js';
import type { Background } from '../src/commands/background.js';
import { instanceBoard } from '../src/instances/instance-board.js';
import { redisStore } from '../src/redis-store.js';
import { clients, connect, type OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

/** A background with tasks that the test runs. */
function steppedBackground() {
  const due: { readonly task: () => void; readonly delayMs: number }[] = [];
  const background: Background = {
    now: () => 0,
    later(task, delayMs) {
      const entry = { task, delayMs };
      due.push(entry);
      return () => void due.splice(due.indexOf(entry), 1);
    },
  };
  return {
    background,
    due,
    /** Waits until a task is scheduled, and runs it. Returns the delay with which it was scheduled. */
    async step(): Promise<number> {
      await until('a task', 20_000, () => due.length > 0);
      const next = due.shift();
      next?.task();
      return next?.delayMs ?? 0;
    },
  };
}

jest.setTimeout(60_000);

describeWithRedis('the board of instances', () => {
  let server: RedisServer;
  let open: OpenClient[];
  beforeAll(async () => {
    server = await startRedis();
    open = await Promise.all(Object.keys(clients).map((name) => connect(name, server.url)));
  });
  afterAll(async () => {
    await Promise.all(open.map(({ end }) => end()));
    await server.stop();
  });

  it.each(Object.keys(clients).map((name, index) => [name, index] as const))(
    'of %s is empty until it is read, then updated every two seconds, and expires by itself',
    async (_name, index) => {
      const port = portFor((open[index] as OpenClient).client);
      const key = `board-${index}`;
      const { background, due, step } = steppedBackground();
      const written: string[] = [];
      const write = (): string => {
        written.push(`text ${written.length}\nwith "quotes" and ünïcode`);
        return written.at(-1) as string;
      };
      const undo = instanceBoard(port, key, 'me', background).show(write);
      expect(await step()).toBe(5_000);
      await until('a task', 20_000, () => due.length > 0);
      expect(written).toEqual([]);
      expect(await say(server.port, `EXISTS ${key}`)).toContain(':0');

      const board = instanceBoard(port, key, 'other', background);
      expect(await board.look()).toEqual([]);
      // The next look for a reader finds one, and the text is written at once.
      expect(await step()).toBe(5_000);
      await until('a task', 20_000, () => due.length > 0);
      const shown = await board.look();
      expect(shown).toEqual([{ instance: 'me', text: written[0], ageMs: expect.any(Number) }]);
      expect(shown[0]?.ageMs).toBeGreaterThanOrEqual(0);
      expect(await step()).toBe(2_000);
      await until('a task', 20_000, () => due.length > 0);
      expect((await board.look())[0]?.text).toBe(written[1]);

      const ttl = Number(/:(\d+)/.exec(await say(server.port, `PTTL ${key}`))?.[1]);
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(30_000);
      undo();
      expect(due).toEqual([]);
    },
  );

  it('skips an instance whose text cannot be made', async () => {
    const port = portFor((open[0] as OpenClient).client);
    const { background, step, due } = steppedBackground();
    const board = instanceBoard(port, 'board-broken', 'me', background);
    await board.look();
    const undo = board.show(() => {
      throw new Error('broken');
    });
    expect(await step()).toBe(5_000);
    undo();
    expect(await board.look()).toEqual([]);
    while (due.length > 0) due.pop();
  });

  it('keeps topics and prefixes apart, and gives each store an id of its own', async () => {
    const { client } = open[0] as OpenClient;
    const stores = ['one', 'one', 'two'].map((prefix) => redisStore({ client, prefix }));
    const boards = stores.map((store) => store.instances?.('page'));
    await boards[0]?.look();
    const undo = boards.map((board, index) => board?.show(() => `store ${index}`));
    let texts: readonly { readonly text: string; readonly instance: string }[] = [];
    await until('both to show their texts', 20_000, async () => {
      texts = (await boards[0]?.look()) ?? [];
      return texts.length >= 2;
    });
    expect(texts.map(({ text }) => text).sort()).toEqual(['store 0', 'store 1']);
    expect(new Set(texts.map(({ instance }) => instance)).size).toBe(2);
    expect(await stores[0]?.instances?.('elsewhere').look()).toEqual([]);
    for (const step of undo) step?.();
    for (const store of stores) store.close();
  });

  it('rejects if Redis cannot be reached', async () => {
    const { client, end } = await connect('redis 5', server.url);
    const board = redisStore({ client }).instances?.('page');
    await end();
    await expect(board?.look()).rejects.toThrow();
  });
});
