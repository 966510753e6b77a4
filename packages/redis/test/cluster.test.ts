import type { PolicyOptions } from '@breakwater/core';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Cluster as IoredisCluster5 } from 'ioredis-5';
import { createCluster as createCluster5 } from 'redis-5';
import { forceClose, forceOpen, listBreakers } from '../src/admin.js';
import { layoutFor, nameOf } from '../src/commands/key-layout.js';
import { describeWithRedis } from './describe-with-redis.js';
import { type Fleet, startFleet, until } from './fleet.js';
import { type RedisCluster, startCluster } from './redis-cluster.js';
import type { RedisServer } from './redis-server.js';

jest.setTimeout(60_000);

const prefix = 'clustered';
const policy: PolicyOptions = {
  name: 'billing',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 5, consecutiveForMs: 0, openMs: 20_000 },
};

describeWithRedis('eight processes on a cluster of three', () => {
  let cluster: RedisCluster;
  let fleet: Fleet;
  /** Two keys for each node. */
  const keysOn = new Map<RedisServer, string[]>();

  beforeAll(async () => {
    [cluster, fleet] = await Promise.all([startCluster(), startFleet(8)]);
    const { breaker } = layoutFor(prefix);
    for (let index = 0; [...keysOn.values()].filter(({ length }) => length >= 2).length < 3; index += 1) {
      const key = `https://host-${index}`;
      const node = await cluster.nodeOf(breaker(nameOf({ policy: 'billing', key })));
      keysOn.set(node, [...(keysOn.get(node) ?? []), key]);
    }
    await Promise.all(
      fleet.members.map((member, index) => {
        const client = index % 2 === 0 ? 'redis' : 'ioredis';
        return member.ask('start', { redis: cluster.urls, client, upstream: '', policy, store: { prefix, quorum: 1 } });
      }),
    );
  });
  afterAll(() => Promise.all([fleet.stop(), cluster.stop()]));

  const allAre = (state: string, key: string) => async (): Promise<boolean> =>
    (await fleet.askAll('state', key)).every((each) => each === state);
  const failOnFirst = (key: string): unknown => fleet.members[0]?.ask('fail', { key, times: 5 });

  it('share the breakers of every node', async () => {
    for (const [key = ''] of keysOn.values()) {
      await fleet.askAll('load', { key, perSecond: 100, ms: 30 });
      await failOnFirst(key);
      await until('all open', 10_000, allAre('open', key));
    }
  });

  it('are listed, opened and closed by an operator', async () => {
    const ioredis = new IoredisCluster5(cluster.urls.map((url) => url));
    const nodeRedis = createCluster5({ rootNodes: cluster.urls.map((url) => ({ url })) });
    try {
      await nodeRedis.connect();
      for (const client of [ioredis, nodeRedis]) {
        const keys = [...keysOn.values()].map(([key]) => key);
        const found = await listBreakers(client, { prefix });
        expect(
          found
            .filter(({ state }) => state === 'open')
            .map(({ key }) => key)
            .sort(),
        ).toEqual(keys.sort());
      }
      const [[, key = ''] = []] = [...keysOn.values()];
      await fleet.askAll('flush');
      await forceOpen(ioredis, { prefix, policy: 'billing', key });
      await until('all open', 10_000, allAre('forced-open', key));
      await forceClose(nodeRedis, { prefix, policy: 'billing', key });
      await until('all closed', 10_000, allAre('closed', key));
    } finally {
      ioredis.disconnect();
      nodeRedis.destroy();
    }
  });

  it('lose one primary, whose keys go on locally until it is back, and share all other keys as before', async () => {
    const [lost] = cluster.nodes;
    const [, keyThere = ''] = (lost && keysOn.get(lost)) ?? [];
    const [, keyElsewhere = ''] = [...keysOn.entries()].find(([node]) => node !== lost)?.[1] ?? [];
    await fleet.askAll('load', { key: keyThere, perSecond: 100, ms: 30 });
    await lost?.signal('SIGKILL');
    for (const key of [keyThere, keyElsewhere]) {
      const results = await fleet.askAll('load', { key, perSecond: 200, ms: 500 });
      expect(results.map(({ answered }) => answered)).toEqual(results.map(({ calls }) => calls));
    }
    await failOnFirst(keyElsewhere);
    await until('all to agree on a key elsewhere', 10_000, allAre('open', keyElsewhere));
    await failOnFirst(keyThere);
    expect(await fleet.askAll('state', keyThere)).toEqual(['open', ...Array(7).fill('closed')]);

    await lost?.revive();
    await cluster.whole();
    await until('all to agree on the key that was cut off', 10_000, allAre('open', keyThere));
  });
});
