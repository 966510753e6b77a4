import { createPolicy } from '@breakwater/core';
import { expect, it } from '@jest/globals';
import type { RedisClient } from '../src/clients/redis-client.js';
import { redisStore } from '../src/redis-store.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { suiteRedis } from './suite-redis.js';

type Command = (...args: unknown[]) => Promise<unknown>;

/** A client that returns to each command the answer to the command before it while `isMixed` is set. */
function mixing(client: RedisClient): { readonly client: RedisClient; isMixed: boolean } {
  let last: Promise<unknown> = Promise.resolve();
  const mixer = {
    isMixed: false,
    client: new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== 'evalSha' && name !== 'eval') return value.bind(target);
        return (...args: unknown[]) => {
          const before = last;
          last = (value as Command).apply(target, args);
          return mixer.isMixed ? before : last;
        };
      },
    }),
  };
  return mixer;
}

describeWithRedis('a client that returns answers to the wrong commands', () => {
  const redis = suiteRedis();

  it('does not give a key the phase of another, and makes the store degraded until answers are right again', async () => {
    const mixed = mixing(redis.client);
    const store = redisStore({ client: mixed.client, syncMs: 20, pollMs: 20 });
    const policy = createPolicy({ name: 'billing', mode: 'enforce', store });
    const told: string[] = [];
    policy.on('store', ({ status, message }) => told.push(`${status} ${message ?? ''}`));
    await policy.execute(() => 'fine', { key: 'well' });
    policy.breaker('held').open();
    for (let round = 0; round < 2; round += 1) await store.flush();

    mixed.isMixed = true;
    for (let round = 0; round < 10; round += 1) {
      expect(await policy.execute(() => 'fine', { key: 'well' })).toBe('fine');
      await store.flush();
    }
    expect(policy.breaker('well').state).toBe('closed');
    expect(policy.breaker('held').state).toBe('forced-open');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^degraded .*the answer to another command/);

    mixed.isMixed = false;
    await until('the store to work again', 10_000, async () => {
      await policy.execute(() => 'fine', { key: 'well' });
      return told.length > 1;
    });
    expect(told[1]).toMatch(/^restored/);
    policy.breaker('held').close();
    policy.close();
    store.close();
  });
});
