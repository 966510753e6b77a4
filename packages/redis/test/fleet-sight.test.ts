import { createPolicy, type Policy } from '@breakwater/core';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { listBreakers } from '../src/admin.js';
import { type RedisStore, redisStore } from '../src/redis-store.js';
import type { OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { suiteRedis } from './suite-redis.js';

jest.setTimeout(60_000);

describeWithRedis('a fleet in snapshots and lists', () => {
  const redis = suiteRedis();
  const undo: (() => void)[] = [];
  let prefix = '';
  let runs = 0;

  beforeEach(() => {
    runs += 1;
    prefix = `sight ${runs}`;
  });
  afterEach(() => {
    for (const step of undo.splice(0)) step();
  });

  function policyOn(client: OpenClient['client']): [Policy, RedisStore] {
    const store = redisStore({ client, prefix });
    const breaker = { consecutiveFailures: 5, consecutiveForMs: 0, openMs: 10_000 };
    const policy = createPolicy({ name: 'billing', mode: 'enforce', retry: false, limit: false, breaker, store });
    undo.push(
      () => policy.close(),
      () => store.close(),
    );
    return [policy, store];
  }

  async function trip(policy: Policy): Promise<void> {
    const fail = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    for (let i = 0; i < 5; i += 1) await policy.execute(fail, { key: 'a' }).catch(() => {});
  }

  it('shows the instances of a key, its last report and whose failures opened it, in snapshots and to an operator', async () => {
    const [first, firstStore] = policyOn(redis.client);
    const [second, secondStore] = policyOn(redis.client);
    await first.execute(() => 'fine', { key: 'a' });
    await second.execute(() => 'fine', { key: 'a' });
    // A process is counted with its first report. The other learns of it with its own next report.
    for (const store of [firstStore, secondStore, firstStore]) await store.flush();
    expect(first.snapshot().store).toEqual({ instance: firstStore.instance, degraded: false, pollOnly: false });
    expect(first.snapshot().keys.a?.fleet).toMatchObject({ instances: 2, sinceSyncMs: expect.any(Number) });
    await trip(first);
    await trip(second);
    for (const store of [firstStore, secondStore, firstStore]) await store.flush();
    const both = [firstStore.instance, secondStore.instance].sort();
    const [listed] = await listBreakers(redis.client, { prefix });
    expect(listed).toMatchObject({ state: 'open', instances: 2, openedBy: both });
    expect(listed?.sinceSyncMs).toBeLessThan(60_000);
    expect(first.snapshot().keys.a?.fleet?.openedBy).toEqual(both);
    expect(second.snapshot().keys.a?.fleet?.openedBy).toEqual(both);
    const snapshot = first.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    first.breaker('a').reset();
    await firstStore.flush();
    const { fleet } = first.snapshot().keys.a ?? {};
    expect(fleet).toMatchObject({ instances: 2, sinceSyncMs: expect.any(Number) });
    expect(fleet?.openedBy).toBeUndefined();
  });

  it('names the process itself if its circuit is open for itself alone', async () => {
    const [first, firstStore] = policyOn(redis.client);
    const [second, secondStore] = policyOn(redis.client);
    for (const policy of [first, second]) await policy.execute(() => 'fine', { key: 'a' });
    for (const store of [firstStore, secondStore]) await store.flush();
    await trip(first);
    expect(first.snapshot().keys.a?.fleet?.openedBy).toEqual([firstStore.instance]);
    for (const store of [firstStore, secondStore]) await store.flush();
    expect(first.breaker('a').state).toBe('open');
    expect(first.snapshot().keys.a?.fleet?.openedBy).toEqual([firstStore.instance]);
    expect(second.snapshot().keys.a?.fleet?.openedBy).toBeUndefined();
    expect(await listBreakers(redis.client, { prefix })).toMatchObject([{ state: 'closed', openedBy: [] }]);
    first.breaker('a').close();
    expect(first.snapshot().keys.a?.fleet?.openedBy).toBeUndefined();
  });
});
