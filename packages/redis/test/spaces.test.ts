import { createPolicy, type Policy } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { Redis as Ioredis5 } from 'ioredis-5';
import { Redis as Ioredis6 } from 'ioredis-6';
import { createClient as createClient4 } from 'redis-4';
import { forceOpen, listBreakers } from '../src/admin.js';
import type { RedisClient } from '../src/clients/redis-client.js';
import { layoutFor } from '../src/commands/key-layout.js';
import { type RedisStore, redisStore } from '../src/redis-store.js';
import { clients, connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

// Each wait ends with its event: the bounds are for what never comes.
jest.setTimeout(60_000);

describeWithRedis('processes on one server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  function join(client: RedisClient, prefix: string): { policy: Policy; store: RedisStore; client: RedisClient } {
    const store = redisStore({ client, prefix });
    const policy = createPolicy({ name: 'billing', mode: 'enforce', store });
    undo.push(
      () => store.close(),
      () => policy.close(),
    );
    return { policy, store, client };
  }

  async function open(name: string, url: string): Promise<RedisClient> {
    const { client, end } = await connect(name, url);
    undo.push(end);
    return client;
  }

  const listeners = async (channel: string): Promise<number> =>
    Number(/:(\d+)\r\n/.exec(await say(server.port, `PUBSUB NUMSUB ${channel}`))?.[1]);
  const statesIn = async (client: RedisClient, prefix: string): Promise<string[]> =>
    (await listBreakers(client, { prefix })).map(({ key, state }) => `${key} ${state}`);

  it.each(Object.keys(clients))('share nothing if their databases differ: %s', async (name) => {
    const prefix = name.replace(' ', '-');
    const members = await Promise.all(
      ['', '', '/1'].map(async (database) => join(await open(name, server.url + database), prefix)),
    );
    const [one, same, other] = members as [(typeof members)[0], (typeof members)[0], (typeof members)[0]];
    for (const { policy, store } of members) {
      await policy.execute(() => 1, { key: 'a' });
      await store.flush();
    }
    const channels = ['', 'db1'].map((space) => layoutFor(prefix, undefined, space).channel);
    await until('all to listen', 20_000, async () => {
      const counts = await Promise.all(channels.map(listeners));
      return counts.join() === '2,1';
    });
    one.policy.breaker('a').open();
    await until('the same database to hear', 20_000, () => same.policy.breaker('a').state === 'forced-open');
    await other.store.flush();
    expect(other.policy.breaker('a').state).toBe('closed');
    expect(await statesIn(one.client, prefix)).toEqual(['a forced-open']);
    expect(await statesIn(other.client, prefix)).toEqual(['a closed']);
  });

  it.each([
    ['ioredis 5', (url: string, keyPrefix: string) => new Ioredis5(url, { keyPrefix })],
    ['ioredis 6', (url: string, keyPrefix: string) => new Ioredis6(url, { keyPrefix })],
  ])('share nothing if their keyPrefix differs, and are listed without it: %s', async (name, make) => {
    const prefix = name.replace(' ', '-key-');
    const members = ['app*:', 'app*:', 'app-two:', ''].map((keyPrefix) => {
      const client = make(server.url, keyPrefix);
      undo.push(() => client.disconnect());
      return join(client, prefix);
    });
    for (const { policy, store } of members) {
      await policy.execute(() => 1, { key: 'a' });
      await store.flush();
    }
    const { channel } = layoutFor(prefix, undefined, 'app*:');
    await until('both to listen', 20_000, async () => (await listeners(channel)) === 2);
    const [one, same, ...others] = members as [(typeof members)[0], (typeof members)[0], (typeof members)[0]];
    await forceOpen(one.client, { prefix, policy: 'billing', key: 'a' });
    await until('both to hear', 20_000, () =>
      [one, same].every(({ policy }) => policy.breaker('a').state === 'forced-open'),
    );
    expect(await statesIn(one.client, prefix)).toEqual(['a forced-open']);
    for (const { policy, store, client } of others) {
      await store.flush();
      expect(policy.breaker('a').state).toBe('closed');
      expect(await statesIn(client, prefix)).toEqual(['a closed']);
    }
  });

  it('cannot use a client in the legacyMode of redis 4, whose commands return nothing', () => {
    expect(() => redisStore({ client: createClient4({ legacyMode: true }) })).toThrow(
      new TypeError('client must be without legacyMode, got a client in legacyMode'),
    );
  });
});
