import { type BreakerOptions, createPolicy, type Policy } from '@breakwater/core';
import { expect, it } from '@jest/globals';
import { listBreakers } from '../src/admin.js';
import { portFor } from '../src/clients/redis-client.js';
import { BreakerCommands } from '../src/commands/breaker-commands.js';
import { layoutFor } from '../src/commands/key-layout.js';
import { type RedisStore, redisStore } from '../src/redis-store.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { suiteRedis } from './suite-redis.js';

const byRate: BreakerOptions = { consecutiveFailures: false, failureRate: 0.5, minimumCalls: 20, openMs: 20_000 };

describeWithRedis('processes with different rules', () => {
  const redis = suiteRedis();

  function join(prefix: string, breaker: BreakerOptions): { policy: Policy; store: RedisStore; told: string[] } {
    const store = redisStore({ client: redis.client, prefix, quorum: 1 });
    const policy = createPolicy({ name: 'billing', mode: 'enforce', retry: false, limit: false, breaker, store });
    const told: string[] = [];
    policy.on('store', ({ key, status }) => told.push(`${key} ${status}`));
    return { policy, store, told };
  }
  const fail = async (policy: Policy, times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      await policy
        .execute(() => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })), { key: 'a' })
        .catch(() => {});
    }
  };

  it('pool outcomes among equal rules only, share the trip, and emit `rules-differ`', async () => {
    const equals = [join('rules', byRate), join('rules', { ...byRate })];
    const other = join('rules', { ...byRate, minimumCalls: 19 });
    const all = [...equals, other];
    const flush = async (): Promise<void> => {
      for (const { store } of [...all, ...all]) await store.flush();
    };
    const states = (): string[] => all.map(({ policy }) => policy.breaker('a').state);
    for (const { policy } of all) await policy.execute(() => 'fine', { key: 'a' });
    await flush();

    // Together these failures are more than enough for either rule.
    await fail(all[0]?.policy as Policy, 12);
    await fail(other.policy, 12);
    await flush();
    expect(states()).toEqual(['closed', 'closed', 'closed']);

    await fail(all[1]?.policy as Policy, 12);
    await flush();
    await until('all to follow', 20_000, () => states().every((state) => state === 'open'));

    expect(all.map(({ told }) => told)).toEqual(all.map(() => ['a rules-differ']));
    expect(await listBreakers(redis.client, { prefix: 'rules' })).toMatchObject([{ key: 'a', ruleSets: 2 }]);
    for (const { policy, store } of all) {
      policy.close();
      store.close();
    }
  });

  it('emit nothing if the rules are equal but written in another order', async () => {
    const { openMs, ...rest } = byRate;
    const all = [join('equal', byRate), join('equal', { openMs, ...rest })];
    for (const { policy } of all) await policy.execute(() => 'fine', { key: 'a' });
    for (const { store } of [...all, ...all]) await store.flush();
    expect(await listBreakers(redis.client, { prefix: 'equal' })).toMatchObject([{ key: 'a', ruleSets: 1 }]);
    expect(all.map(({ told }) => told)).toEqual([[], []]);
    for (const { policy, store } of all) {
      policy.close();
      store.close();
    }
  });

  it('keep the counts of a long window if another process has a short one', async () => {
    const commands = new BreakerCommands(portFor(redis.client), layoutFor('windows'));
    const sync = (window: string, failures: number, instance: string) =>
      commands.run(
        'billing:a',
        'sync',
        window,
        0,
        failures,
        failures,
        0,
        instance,
        failures > 0 ? 0 : '-',
        1,
        0,
        1,
        '-',
      );
    await sync('t30000.long', 3, 'one');
    await new Promise((resolve) => setTimeout(resolve, 25)); // longer than the short window, on the server's clock
    expect(await sync('t10.short', 0, 'two')).toMatchObject({ failing: 0, ruleSets: 2, counts: { failures: 0 } });
    expect(await sync('t30000.long', 0, 'three')).toMatchObject({ failing: 1, counts: { failures: 3 } });
  });
});
