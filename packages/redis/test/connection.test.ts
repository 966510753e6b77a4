import { once } from 'node:events';
import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Redis as Ioredis5 } from 'ioredis-5';
import { createClient as createClient5 } from 'redis-5';
import { forceOpen, listBreakers } from '../src/admin.js';
import { LAYOUT_VERSION } from '../src/commands/key-layout.js';
import { type RedisStore, redisStore } from '../src/redis-store.js';
import { clients, connect, type OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { freePort, say } from './redis-server.js';
import { suiteRedis } from './suite-redis.js';

// Each wait ends with its event. The bounds end a wait for an event that never comes.
jest.setTimeout(60_000);

const options: PolicyOptions = {
  name: 'billing',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 5, consecutiveForMs: 0, openMs: 10_000 },
};
const fail = (): never => {
  throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
};

async function trip(policy: Policy, key = 'a'): Promise<void> {
  for (let i = 0; i < 5; i += 1) await policy.execute(fail, { key }).catch(() => {});
}

describeWithRedis('redisStore', () => {
  const redis = suiteRedis();
  const stores: RedisStore[] = [];
  const policies: Policy[] = [];
  let prefix = '';
  let runs = 0;

  beforeEach(() => {
    runs += 1;
    prefix = `connection ${runs}`;
  });
  afterEach(() => {
    for (const policy of policies.splice(0)) policy.close();
    for (const store of stores.splice(0)) store.close();
  });

  function policyOn(
    client: OpenClient['client'],
    more: PolicyOptions = {},
    scope?: 'transitions',
  ): [Policy, RedisStore] {
    const store = redisStore({ client, prefix, scope });
    const policy = createPolicy({ ...options, ...more, store });
    stores.push(store);
    policies.push(policy);
    return [policy, store];
  }

  const listed = async (): Promise<string[]> =>
    (await listBreakers(redis.client, { prefix })).map(({ key, state }) => `${key} ${state}`);

  it('works locally while the client is not connected, and joins the fleet when its user connects it', async () => {
    const client = createClient5({ url: redis.server.url });
    const [policy] = policyOn(client);
    const statuses: string[] = [];
    policy.on('store', ({ status }) => statuses.push(status));
    await trip(policy);
    expect(policy.breaker('a').state).toBe('open');
    await until('the policy to say so', 15_000, () => statuses.includes('degraded'));
    await client.connect();
    await until('the fleet to know', 15_000, async () => (await listed()).includes('a open'));
    await until('the policy to tell of it', 15_000, () => statuses.length > 1);
    expect(statuses).toEqual(['degraded', 'restored']);
    client.destroy();
  });

  it('works locally if the client has been closed, and does not reconnect it', async () => {
    const client = new Ioredis5(redis.server.url, { lazyConnect: true });
    await client.connect();
    const [policy] = policyOn(client);
    await policy.execute(() => 'fine', { key: 'a' });
    client.disconnect();
    await once(client, 'end');
    await trip(policy);
    expect(policy.breaker('a').state).toBe('open');
    expect(client.status).toBe('end');
  });

  it('works locally if the server was never reachable', async () => {
    const client = new Ioredis5(await freePort(), { retryStrategy: () => 20, maxRetriesPerRequest: 1 });
    client.on('error', () => {});
    const [policy, store] = policyOn(client);
    await trip(policy);
    await store.flush();
    expect(policy.breaker('a').state).toBe('open');
    client.disconnect();
  });

  describe.each(Object.keys(clients))('with %s', (name) => {
    it('closes its own connection and no other on close, and if no key is in use', async () => {
      const { client, end } = await connect(name, redis.server.url);
      const connections = async (): Promise<number> =>
        Number(/connected_clients:(\d+)/.exec(await say(redis.server.port, 'INFO clients'))?.[1]);
      const before = await connections();
      const [policy, store] = policyOn(client);
      await policy.execute(() => 'fine', { key: 'a' });
      await until('it to listen', 15_000, async () => (await connections()) === before + 1);
      policy.close();
      await until('it to stop listening', 15_000, async () => (await connections()) === before);
      const again = createPolicy({ ...options, store });
      await again.execute(() => 'fine', { key: 'a' });
      await until('it to listen again', 15_000, async () => (await connections()) === before + 1);
      store.close();
      await until('it to stop listening for good', 15_000, async () => (await connections()) === before);
      again.close();
      await end();
    });

    it('lists, opens and closes breakers for an operator', async () => {
      const { client, end } = await connect(name, redis.server.url);
      try {
        const [policy, store] = policyOn(redis.client);
        await policy.execute(() => 'fine', { key: 'a' });
        await store.flush();
        await forceOpen(client, { prefix, policy: 'billing', key: 'a' });
        // By message, or by the next poll, which is a second away.
        await until('the policy to follow', 15_000, () => policy.breaker('a').state === 'forced-open');
        expect(await listBreakers(client, { prefix })).toEqual([
          {
            policy: 'billing',
            key: 'a',
            state: 'forced-open',
            remainingMs: 0,
            coolDownMs: 0,
            probes: 0,
            ruleSets: 1,
            instances: 1,
            sinceSyncMs: expect.any(Number),
            openedBy: [],
          },
        ]);
      } finally {
        await end();
      }
    });
  });

  it.each(['redis 5', 'redis 6', 'ioredis 5', 'ioredis 6'])(
    'tells with %s that messages do not come, once, and that they come again',
    async (name) => {
      const { client, end } = await connect(name, redis.server.url);
      try {
        const [policy] = policyOn(client);
        const statuses: string[] = [];
        policy.on('store', ({ status }) => statuses.push(status));
        await policy.execute(() => 'fine', { key: 'a' });
        await say(redis.server.port, 'ACL SETUSER default resetchannels');
        await say(redis.server.port, 'CLIENT KILL TYPE pubsub');
        await until('the policy to notice', 10_000, () => statuses.includes('poll-only'));
        expect(policy.snapshot().store).toMatchObject({ degraded: false, pollOnly: true });
        await say(redis.server.port, 'ACL SETUSER default allchannels');
        await until('the policy to notice again', 10_000, () => statuses.includes('push-restored'));
        expect(statuses).toEqual(['poll-only', 'push-restored']);
        expect(policy.snapshot().store).toMatchObject({ pollOnly: false });
      } finally {
        await say(redis.server.port, 'ACL SETUSER default allchannels');
        await end();
      }
    },
  );

  it('judges by local outcomes with scope `transitions`, and shares the decisions', async () => {
    const rate = {
      breaker: { consecutiveFailures: false, consecutiveForMs: 0, minimumCalls: 6, openMs: 10_000 },
    } as const;
    const [first, firstStore] = policyOn(redis.client, rate, 'transitions');
    const [second, secondStore] = policyOn(redis.client, rate, 'transitions');
    await trip(first);
    await trip(second);
    await firstStore.flush();
    await secondStore.flush();
    expect([first.breaker('a').state, second.breaker('a').state]).toEqual(['closed', 'closed']);
    await trip(first);
    expect(first.breaker('a').state).toBe('open');
    await until('the other to follow', 15_000, () => second.breaker('a').state === 'open');
  });

  it('pools the outcomes of a count window', async () => {
    const rate = {
      breaker: {
        consecutiveFailures: false,
        consecutiveForMs: 0,
        minimumCalls: 8,
        window: { kind: 'count', size: 20 },
        openMs: 10_000,
      },
    } as const;
    const [first, firstStore] = policyOn(redis.client, rate);
    const [second, secondStore] = policyOn(redis.client, rate);
    await trip(first);
    await trip(second);
    await firstStore.flush();
    await secondStore.flush();
    await until('both to follow', 15_000, () => [first, second].every((each) => each.breaker('a').state === 'open'));
  });

  it('sends a trip to the others by message, long before their next poll', async () => {
    const [first, second] = [0, 1].map(() => {
      const store = redisStore({ client: redis.client, prefix, pollMs: 60_000 });
      const policy = createPolicy({ ...options, store });
      stores.push(store);
      policies.push(policy);
      return policy;
    });
    for (const policy of [first, second]) await policy?.execute(() => 'fine', { key: 'a' });
    const listening = async (): Promise<boolean> =>
      (await say(redis.server.port, `PUBSUB NUMSUB "${prefix}:${LAYOUT_VERSION}:events"`)).includes(':2');
    await until('both to listen', 15_000, listening);
    first?.breaker('a').open();
    await until('the other to follow', 15_000, () => second?.breaker('a').state === 'forced-open');
  });

  it('loads its scripts again after Redis has flushed them', async () => {
    const [policy, store] = policyOn(redis.client);
    await policy.execute(() => 'fine', { key: 'a' });
    await store.flush();
    await say(redis.server.port, 'SCRIPT FLUSH');
    await trip(policy);
    await store.flush();
    expect(await listed()).toEqual(['a open']);
  });

  it('sets an expiry on every key in Redis', async () => {
    const [policy, store] = policyOn(redis.client);
    await trip(policy, 'open');
    await policy.execute(() => 'fine', { key: 'closed' });
    await policy.execute(() => ({ status: 503, headers: { 'retry-after': '60' } }), { key: 'cooling' });
    policy.breaker('forced').open();
    await store.flush();
    await store.flush();
    const keys = (await say(redis.server.port, `KEYS "${prefix}*"`)).match(/^connection.*$/gm) ?? [];
    expect(keys.length).toBeGreaterThanOrEqual(5);
    for (const key of keys) expect(await say(redis.server.port, `PTTL "${key.trim()}"`)).toMatch(/^:\d{7,}/);
  });

  it('sends no commands for a key that is not called any more', async () => {
    const store = redisStore({ client: redis.client, prefix, syncMs: 20, pollMs: 20 });
    const policy = createPolicy({ ...options, store });
    stores.push(store);
    policies.push(policy);
    await policy.execute(() => 'fine', { key: 'a' });
    let last = -1;
    // Five polls of 20 ms, and then none in 200 ms.
    await until('silence', 15_000, async () => {
      const before = await redis.server.commandCount('evalsha');
      await new Promise((resolve) => setTimeout(resolve, 200));
      last = (await redis.server.commandCount('evalsha')) - before;
      return last === 0;
    });
    expect(last).toBe(0);
  });
});
