import { createPolicy } from '@breakwater/core';
import { expect, it, jest } from '@jest/globals';
import { redisStore } from '../src/redis-store.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { suiteRedis } from './suite-redis.js';

jest.setTimeout(60_000);

describeWithRedis('processes with one budget', () => {
  const redis = suiteRedis();

  it('spend no retry more if one of them has just started', async () => {
    // One retry in ten seconds, for all of them.
    const budget = { ratio: 0, minRetriesPerSecond: 0.1 };
    const retry = { backoff: { baseMs: 0 } };
    let attempts = 0;
    for (let started = 0; started < 3; started += 1) {
      const store = redisStore({ client: redis.client });
      const policy = createPolicy({ name: 'billing', mode: 'enforce', breaker: false, retry, budget, store });
      const hasSeenFleet = (): boolean => policy.snapshot().keys.a?.fleet?.sinceSyncMs !== undefined;
      const attempt = async (): Promise<never> => {
        attempts += 1;
        await until('the fleet to be known', 20_000, hasSeenFleet);
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      };
      await policy.execute(attempt, { key: 'a' }).catch(() => {});
      await store.flush();
      policy.close();
      store.close();
    }
    expect(attempts).toBe(4);
  });
});
