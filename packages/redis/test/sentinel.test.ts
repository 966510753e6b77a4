import { createPolicy } from '@breakwater/core';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Redis as Ioredis5 } from 'ioredis-5';
import { createSentinel as createSentinel5 } from 'redis-5';
import { createSentinel as createSentinel6 } from 'redis-6';
import { listBreakers } from '../src/admin.js';
import type { RedisClient } from '../src/clients/redis-client.js';
import { redisStore } from '../src/redis-store.js';
import type { OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis, startSentinel } from './redis-server.js';

jest.setTimeout(60_000);

const host = '127.0.0.1';

const bySentinel: Readonly<Record<string, (port: number) => Promise<OpenClient>>> = {
  'redis 5': async (port) => {
    const client = createSentinel5({ name: 'main', sentinelRootNodes: [{ host, port }] });
    client.on('error', () => {});
    await client.connect();
    return { client, end: () => client.destroy() };
  },
  'redis 6': async (port) => {
    const client = createSentinel6({ name: 'main', sentinelRootNodes: [{ host, port }] });
    client.on('error', () => {});
    await client.connect();
    return { client, end: () => client.destroy() };
  },
  /** It looks at each command and at each message of the Sentinel, and never waits a second. */
  'redis 6, which does not wait': async (port) => {
    const sentinelRootNodes = [{ host, port }];
    const client = createSentinel6({ name: 'main', sentinelRootNodes, maxCommandRediscovers: 0 });
    client.on('error', () => {});
    await client.connect();
    return { client, end: () => client.destroy() };
  },
  'ioredis 5': async (port) => {
    const client = new Ioredis5({ name: 'main', sentinels: [{ host, port }] });
    client.on('error', () => {});
    return { client, end: async () => client.disconnect() };
  },
};

describeWithRedis('redisStore behind a Sentinel', () => {
  let server: RedisServer;
  let replica: RedisServer;
  let sentinel: Awaited<ReturnType<typeof startSentinel>>;

  beforeAll(async () => {
    server = await startRedis(undefined, '--repl-diskless-sync-delay', '0');
    replica = await startRedis(undefined, '--replicaof', `${host} ${server.port}`);
    await until('the replica to be in step', 20_000, async () =>
      (await say(replica.port, 'INFO replication')).includes('master_link_status:up'),
    );
    sentinel = await startSentinel(server, true);
  });
  afterAll(async () => {
    await sentinel.stop();
    await server.stop();
    await replica.stop();
  });

  it.each(Object.entries(bySentinel))('shares breakers with %s', async (prefix, connect) => {
    const open = [await connect(sentinel.port), await connect(sentinel.port)];
    const policies = open.map(({ client }) => policyOn(client, prefix));
    for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
    policies[0]?.breaker('a').open();
    await until('the other to follow', 20_000, () => policies[1]?.breaker('a').state === 'forced-open');
    for (const { client } of open) {
      expect(await listBreakers(client, { prefix })).toMatchObject([{ key: 'a', state: 'forced-open' }]);
    }
    for (const policy of policies) policy.close();
    for (const { end } of open) await end();
  });

  it('shares again after the Sentinel promoted a replica, with every client', async () => {
    const pairs = await Promise.all(
      Object.entries(bySentinel).map(async ([name, connect]) => {
        const prefix = `failover by ${name}`;
        const open = [await connect(sentinel.port), await connect(sentinel.port)];
        const policies = open.map(({ client }) => policyOn(client, prefix));
        for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
        return { name, open, policies };
      }),
    );
    await server.signal('SIGKILL');
    for (const { policies } of pairs) policies[0]?.breaker('a').open();
    // With the promotion the Sentinel kills the connections of the replica, be it this one: then the next question
    // tells.
    const role = (): Promise<string> => say(replica.port, 'ROLE').catch(() => '');
    await until('the replica to be promoted', 30_000, async () => (await role()).includes('\r\nmaster'));
    const apart = (): string[] =>
      pairs.filter(({ policies }) => policies[1]?.breaker('a').state !== 'forced-open').map(({ name }) => name);
    await until('all to agree', 20_000, () => apart().length === 0).catch(() => {});
    expect(apart()).toEqual([]);
    for (const { open, policies } of pairs) {
      for (const policy of policies) policy.close();
      for (const { end } of open) await end();
    }
  });
});

function policyOn(client: RedisClient, prefix: string): ReturnType<typeof createPolicy> {
  return createPolicy({ name: 'billing', mode: 'enforce', store: redisStore({ client, prefix }) });
}
