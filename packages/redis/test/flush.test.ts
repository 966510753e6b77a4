import { createPolicy } from '@breakwater/core';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { endsWithin } from '../src/commands/background.js';
import { redisStore } from '../src/redis-store.js';
import { clients, connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { type RedisServer, startRedis } from './redis-server.js';

jest.setTimeout(60_000);

const byTimer = {
  now: () => performance.now(),
  later(task: () => void, delayMs: number) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

describeWithRedis('flush, with a Redis that does not answer', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('ends all the same, with every client', async () => {
    const names = Object.keys(clients);
    const open = await Promise.all(names.map((name) => connect(name, server.url)));
    const stores = open.map(({ client }, index) => redisStore({ client, prefix: `${index}` }));
    const policies = stores.map((store) => createPolicy({ name: 'billing', mode: 'enforce', store }));
    for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
    await Promise.all(stores.map((store) => store.flush()));
    await server.signal('SIGSTOP');
    for (const policy of policies) policy.breaker('b').open();
    // A second, as it promises. The bound is for what never ends.
    const ended = await Promise.all(stores.map((store) => endsWithin(store.flush(), 10_000, byTimer)));
    expect(names.filter((_, index) => !ended[index])).toEqual([]);
    for (const policy of policies) policy.close();
    for (const store of stores) store.close();
    await server.revive();
    for (const { end } of open) await end();
  });
});
