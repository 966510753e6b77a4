import { createPolicy } from '@breakwater/core';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Cluster as Ioredis5 } from 'ioredis-5';
import { Cluster as Ioredis6 } from 'ioredis-6';
import { createCluster as createCluster5 } from 'redis-5';
import { createCluster as createCluster6 } from 'redis-6';
import { layoutFor, nameOf } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import type { OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisCluster, startCluster } from './redis-cluster.js';
import { type RedisServer, say } from './redis-server.js';

jest.setTimeout(60_000);

const ignore = (): void => {};
const rootNodesOf = (urls: readonly string[]): { url: string }[] => urls.map((url) => ({ url }));

/** A pause of a client goes on after the client has ended. Short ones end with the test. */
const defaults = { socket: { reconnectStrategy: (): number => 50 } };

/** Clusters as users make them. Version 4 of `redis` has no way to read the topology again. */
const byCluster: Readonly<Record<string, (urls: readonly string[]) => Promise<OpenClient>>> = {
  'redis 5': async (urls) => {
    const client = createCluster5({ rootNodes: rootNodesOf(urls), defaults });
    client.on('error', ignore);
    await client.connect();
    return { client, end: async () => client.destroy() };
  },
  'redis 6': async (urls) => {
    const client = createCluster6({ rootNodes: rootNodesOf(urls), defaults });
    client.on('error', ignore);
    await client.connect();
    return { client, end: async () => client.destroy() };
  },
  'ioredis 5': async (urls) => {
    const client = new Ioredis5([...urls]);
    client.on('error', ignore);
    return { client, end: async () => client.disconnect() };
  },
  'ioredis 6': async (urls) => {
    const client = new Ioredis6([...urls]);
    client.on('error', ignore);
    return { client, end: async () => client.disconnect() };
  },
};

/** Counts the connections that listen to the channels of those prefixes, on all of those servers. */
async function listeners(nodes: readonly RedisServer[], pairs: readonly { prefix: string }[]): Promise<number> {
  const channels = pairs.map(({ prefix }) => layoutFor(prefix).channel).join(' ');
  const counts = await Promise.all(
    nodes.map(async ({ port }) => {
      const said = (await say(port, `PUBSUB NUMSUB ${channels}`)).matchAll(/\r\n:(\d+)/g);
      return [...said].reduce((sum, [, count]) => sum + Number(count), 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Returns a name whose breaker is stored on the given node. */
async function keyOn(cluster: RedisCluster, node: RedisServer, prefix: string): Promise<string> {
  for (let index = 0; ; index += 1) {
    const key = `https://host-${index}`;
    if ((await cluster.nodeOf(layoutFor(prefix).breaker(nameOf({ policy: 'billing', key })))) === node) return key;
  }
}

describeWithRedis('redisStore on a cluster that fails over', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster({ replicated: true });
  });
  afterAll(() => cluster.stop());

  it('shares again after a replica was promoted in place of a killed primary, with every client but redis 4', async () => {
    const [lost, replica] = [cluster.nodes[0] as RedisServer, cluster.replicas[0] as RedisServer];
    const pairs = await Promise.all(
      Object.entries(byCluster).map(async ([name, connect]) => {
        const prefix = name.replace(' ', '-');
        const key = await keyOn(cluster, lost, prefix);
        const clients = [await connect(cluster.urls), await connect(cluster.urls)];
        const stores = clients.map(({ client }) => redisStore({ client, prefix }));
        const policies = stores.map((store) => createPolicy({ name: 'billing', mode: 'enforce', store }));
        for (const policy of policies) await policy.execute(() => 'fine', { key });
        await Promise.all(stores.map((store) => store.flush()));
        await until(`both to listen by ${name}`, 10_000, async () => {
          const all = [...cluster.nodes, ...cluster.replicas];
          return (await listeners(all, [{ prefix }])) === 2;
        });
        return { name, prefix, key, clients, stores, policies };
      }),
    );

    await lost.signal('SIGKILL');
    for (const { key, policies } of pairs) {
      policies[0]?.breaker(key).open();
      for (const policy of policies.slice(1)) expect(await policy.execute(() => 'fine', { key })).toBe('fine');
    }
    await until('the replica to be promoted', 30_000, async () =>
      (await say(replica.port, 'ROLE')).includes('\r\nmaster'),
    );
    const apart = (): string[] =>
      pairs.filter(({ key, policies }) => policies[1]?.breaker(key).state !== 'forced-open').map(({ name }) => name);
    // A client that does not notice never agrees.
    await until('all to agree', 15_000, () => apart().length === 0).catch(ignore);
    expect(apart()).toEqual([]);
    await until('all to listen to a server that lives', 15_000, async () => {
      const alive = [...cluster.nodes, ...cluster.replicas].filter((node) => node !== lost);
      return (await listeners(alive, pairs)) === 2 * pairs.length;
    });

    for (const { clients, policies, stores } of pairs) {
      for (const policy of policies) policy.close();
      for (const store of stores) store.close();
      for (const { end } of clients) await end();
    }
  });
});
