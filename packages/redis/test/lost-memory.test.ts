import { createPolicy, type Policy } from '@breakwater/core';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { layoutFor } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import { connect, type OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

jest.setTimeout(60_000);

const failing = { status: 503, headers: {} };

describeWithRedis('a Redis that has lost its memory of a breaker that two processes know', () => {
  let server: RedisServer;
  let open: OpenClient[];
  beforeAll(async () => {
    server = await startRedis();
    open = [await connect('redis 5', server.url), await connect('ioredis 5', server.url)];
  });
  afterAll(async () => {
    for (const { end } of open) await end();
    await server.stop();
  });

  it('shares the next trip, although the process that trips knows an older generation', async () => {
    // No poll tells them that Redis has forgotten: the trip itself finds out.
    const stores = open.map(({ client }) => redisStore({ client, quorum: 1, pollMs: 60_000, syncMs: 60_000 }));
    const policies = stores.map((store) =>
      createPolicy({
        name: 'billing',
        mode: 'enforce',
        retry: false,
        limit: false,
        store,
        breaker: { consecutiveFailures: 2, consecutiveForMs: 0, openMs: 20_000 },
      }),
    );
    const [first, second] = policies as [Policy, Policy];
    for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
    await until('both to listen', 20_000, async () =>
      (await say(server.port, `PUBSUB NUMSUB ${layoutFor('breakwater').channel}`)).includes(':2'),
    );
    first.breaker('a').open();
    await until('the other to follow', 20_000, () => second.breaker('a').state === 'forced-open');
    first.breaker('a').close();
    await until('the other to follow', 20_000, () => second.breaker('a').state === 'closed');
    await Promise.all(stores.map((store) => store.flush()));

    await say(server.port, 'FLUSHALL');
    for (let call = 0; call < 2; call += 1) await first.execute(() => failing, { key: 'a' });
    expect(first.breaker('a').state).toBe('open');
    await until('the other to follow', 10_000, () => second.breaker('a').state === 'open');
    for (const policy of policies) policy.close();
    for (const store of stores) store.close();
  });
});
