import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPolicy } from '@breakwater/core';
import { dashboard, type FullView } from '@breakwater/dashboard';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { redisStore } from '../src/redis-store.js';
import { connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, startRedis } from './redis-server.js';

/** An instance notices a reader within five seconds. The rest is for a busy machine. */
const TIMEOUT_MS = 60_000;

describeWithRedis('a fleet on the page', () => {
  let redis: RedisServer;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
    await redis.stop();
  });

  async function instance(name: string) {
    const { client, end } = await connect('redis 5', redis.url);
    const store = redisStore({ client });
    const policy = createPolicy({ name: 'billing', store });
    const page = dashboard({ policies: [policy], instance: name });
    undo.push(
      end,
      () => store.close(),
      () => policy.close(),
      () => page.close(),
    );
    return { policy, page };
  }

  it(
    'is shown by any of its instances, and a circuit that one opens is open on all',
    async () => {
      const [one, two] = [await instance('one'), await instance('two')];
      for (const { policy } of [one, two]) await policy.execute(() => 1, { key: 'https://a.example' });
      const server = createServer(one.page).listen(0, '127.0.0.1');
      await once(server, 'listening');
      undo.push(() => server.close());
      const { port } = server.address() as AddressInfo;
      const view = async () => (await (await fetch(`http://127.0.0.1:${port}/snapshot.json`)).json()) as FullView;
      const shows = (holds: (fleet: NonNullable<FullView['fleet']>) => boolean): Promise<void> =>
        until('the page to show it', 20_000, async () => {
          const { fleet } = await view();
          return fleet !== undefined && holds(fleet);
        });
      await shows(({ instances }) => instances.map(({ name }) => name).join() === 'one,two');
      await shows(({ keys }) => keys[0]?.states.closed === 2);
      two.policy.breaker('https://a.example').open();
      await shows(({ keys }) => keys[0]?.states['forced-open'] === 2);
      expect(one.policy.breaker('https://a.example').state).toBe('forced-open');
      server.closeAllConnections();
    },
    TIMEOUT_MS,
  );
});
