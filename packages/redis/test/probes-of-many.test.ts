import { createPolicy } from '@breakwater/core';
import type { StoreLink } from '@breakwater/core/store';
import { expect, it, jest } from '@jest/globals';
import { redisStore } from '../src/redis-store.js';
import { connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { startRedis } from './redis-server.js';

jest.setTimeout(60_000);

const SIZE = 30;

describeWithRedis(`${SIZE} processes with few calls each`, () => {
  it('probe a half-open circuit with their first calls, although they ask for the lease in turns', async () => {
    const server = await startRedis();
    const { client, end } = await connect('redis 5', server.url);
    const stores = Array.from({ length: SIZE }, () => redisStore({ client, quorum: 1, probeWaitMs: 5_000 }));
    const breaker = { consecutiveFailures: 2, openMs: 200, openFactor: 1, successesToClose: 1 };
    const policies = stores.map((store) =>
      createPolicy({ name: 'billing', mode: 'enforce', retry: false, breaker, store }),
    );
    const call = (at: number, fn: () => unknown): Promise<unknown> =>
      (policies[at] as (typeof policies)[number]).execute(fn, { key: 'a' }).catch(() => 'no answer');
    const fail = (): never => {
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    };
    for (let at = 0; at < SIZE; at += 1) await call(at, () => 'fine');
    // With its second report each process learns the size of the fleet.
    for (const store of [...stores, ...stores]) await store.flush();
    for (let failure = 0; failure < 2; failure += 1) await call(0, fail);
    await until('all to know', 20_000, () => policies.every((policy) => policy.breaker('a').state === 'open'));
    // The open time, and then the turns of all processes, at random within half a second.
    await until('a probe of the eighth', 20_000, async () => (await call(7, () => 'fine')) === 'fine');
    const states = (): Set<string> => new Set(policies.map((policy) => policy.breaker('a').state));
    await until('all to know', 20_000, () => [...states()].join() === 'closed').catch(() => {});
    expect([...states()]).toEqual(['closed']);
    for (const policy of policies) policy.close();
    for (const store of stores) store.close();
    await end();
    await server.stop();
  });

  it('make another probe when the lease of the one under way has ended', async () => {
    const server = await startRedis();
    const { client, end } = await connect('redis 5', server.url);
    const stores = Array.from({ length: 2 }, () => redisStore({ client, quorum: 1, probeWaitMs: 5_000 }));
    const links: StoreLink[] = [];
    const policies = stores.map((store) =>
      createPolicy({
        name: 'billing',
        mode: 'enforce',
        retry: false,
        breaker: { consecutiveFailures: 1, openMs: 50, openFactor: 1 },
        store: {
          attach: (...given) => {
            const link = store.attach(...given);
            links.push(link);
            return link;
          },
        },
      }),
    );
    for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
    for (const store of [...stores, ...stores]) await store.flush();
    const reset = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    await policies[0]?.execute(reset, { key: 'a' }).catch(() => 'no answer');
    await until('all to know', 20_000, () => policies.every((policy) => policy.breaker('a').state === 'open'));

    const granted = async (at: number, leaseMs: number) => (await links[at]?.acquireProbe?.(leaseMs))?.granted === true;
    await until('a probe', 20_000, () => granted(0, 1));
    await until('another probe', 20_000, () => granted(1, 60_000));
    expect(await granted(0, 60_000)).toBe(false);

    for (const policy of policies) policy.close();
    for (const store of stores) store.close();
    await end();
    await server.stop();
  });
});
