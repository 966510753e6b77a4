import { createPolicy, type Policy } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { layoutFor } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import { clients, connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

jest.setTimeout(60_000);

describeWithRedis('a server that lets scripts change breakers and refuses their messages', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  afterEach(() => say(server.port, 'ACL SETUSER default +@all allchannels'));

  it.each([
    ...Object.keys(clients).map((name) => [name, 'resetchannels', 'allchannels'] as const),
    ['ioredis 5', '-publish', '+publish'] as const,
  ])('is poll-only, not degraded, with %s: %s', async (name, taken, given) => {
    const prefix = `${name} ${taken}`;
    const open = [await connect(name, server.url), await connect(name, server.url)];
    const stores = open.map(({ client }) => redisStore({ client, prefix, syncMs: 50, pollMs: 50 }));
    const policies = stores.map((store) => createPolicy({ name: 'billing', mode: 'enforce', store }));
    const [first] = policies as [Policy];
    const told: string[] = [];
    first.on('store', ({ status }) => told.push(status));
    const bothAre = (state: string) => async (): Promise<boolean> => {
      for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' }).catch(() => {});
      return policies.every((policy) => policy.breaker('a').state === state);
    };
    await bothAre('closed')();
    await Promise.all(stores.map((store) => store.flush()));

    await say(server.port, `ACL SETUSER default ${taken}`);
    for (let round = 0; round < 3; round += 1) {
      first.breaker('a').open();
      await until('the other to find it open', 20_000, bothAre('forced-open'));
      first.breaker('a').close();
      await until('the other to find it closed', 20_000, bothAre('closed'));
    }
    expect(told).toEqual(['poll-only']);

    await say(server.port, `ACL SETUSER default ${given}`);
    await until('messages to come, and to be sent', 20_000, () => {
      first.breaker('a')[first.breaker('a').state === 'closed' ? 'open' : 'close']();
      return told.length > 1;
    });
    expect(told).toEqual(['poll-only', 'push-restored']);
    for (const policy of policies) policy.close();
    for (const store of stores) store.close();
    for (const { end } of open) await end();
  });

  it.each(Object.keys(clients))(
    'keeps no process alive for seconds after its store was closed, by %s',
    async (name) => {
      const { client, end } = await connect(name, server.url);
      const made = jest.spyOn(globalThis, 'setTimeout');
      const prefix = `timers of ${name}`;
      const store = redisStore({ client, prefix });
      const policy = createPolicy({ name: 'billing', mode: 'enforce', store });
      const listeners = async (): Promise<string> => say(server.port, `PUBSUB NUMSUB "${layoutFor(prefix).channel}"`);
      await policy.execute(() => 'fine', { key: 'a' });
      await until('it to listen', 20_000, async () => (await listeners()).includes(':1'));
      await say(server.port, 'ACL SETUSER default resetchannels');
      await until('it to be refused', 20_000, async () => (await listeners()).includes(':0'));
      policy.close();
      store.close();
      const { calls, results } = made.mock;
      const holding = results.map(({ value }, at) => ((value as NodeJS.Timeout).hasRef() ? (calls[at]?.[1] ?? 0) : 0));
      made.mockRestore();
      expect(holding.filter((delayMs) => delayMs >= 1_000)).toEqual([]);
      await end();
    },
  );
});
