import { type CircuitOpenError, createPolicy, type Policy } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { LAYOUT_VERSION } from '../src/commands/key-layout.js';
import { type RedisStore, redisStore } from '../src/redis-store.js';
import { connect, type OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

jest.setTimeout(30_000);

const TEN_MINUTES_MS = 600_000;
const failing = { status: 503, headers: {} };

/** A clock that was set back by ten minutes leaves instants that far ahead. These tests write such instants. */
describeWithRedis('a server clock that was set back by ten minutes', () => {
  let redis: RedisServer;
  let open: OpenClient;
  let store: RedisStore;
  let policy: Policy;
  let runs = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    runs += 1;
    open = await connect('ioredis 5', redis.url);
    store = redisStore({ client: open.client, prefix: `run${runs}`, syncMs: 50, pollMs: 50, probeWaitMs: 2_000 });
    policy = newPolicy();
  });
  afterEach(async () => {
    policy.close();
    store.close();
    await open.end();
  });

  const newPolicy = (openMs = 200): Policy =>
    createPolicy({
      name: 'billing',
      store,
      mode: 'enforce',
      retry: false,
      limit: false,
      breaker: { consecutiveFailures: 1, consecutiveForMs: 0, openMs, successesToClose: 1 },
    });
  const hash = (): string => `run${runs}:{billing:a}:${LAYOUT_VERSION}`;
  const fail = (by: Policy): Promise<unknown> => by.execute(() => failing, { key: 'a' }).catch(() => {});
  const ahead = async (field: string): Promise<void> => {
    const value = Number(/\r\n(\d+)/.exec(await say(redis.port, `HGET ${hash()} ${field}`))?.[1]);
    await say(redis.port, `HSET ${hash()} ${field} ${value + TEN_MINUTES_MS}`);
  };

  it('does not keep a circuit open for longer than it was opened for', async () => {
    await fail(policy);
    await store.flush();
    await ahead('until');
    // It would take ten minutes if the stored instant counted.
    await until('a probe', 20_000, () =>
      policy
        .execute(() => 'fine', { key: 'a' })
        .then(
          () => true,
          () => false,
        ),
    );
    expect(policy.breaker('a').state).toBe('closed');
  });

  it('does not make a process that starts refuse calls for longer than its own rules allow', async () => {
    await fail(policy);
    await store.flush();
    await say(redis.port, `HDEL ${hash()} openMs`);
    await say(redis.port, `DEL run${runs}:${LAYOUT_VERSION}:board`);
    await ahead('until');
    policy.close();
    policy = newPolicy();
    policy.breaker('a');
    await policy.execute(() => 'fine', { key: 'a' }).catch(() => {});
    await store.flush();
    await until('the fleet to be followed', 20_000, () => policy.breaker('a').state === 'open');
    const refused = await policy.execute(() => 'fine', { key: 'a' }).catch((error: unknown) => error);
    expect((refused as CircuitOpenError).retryAfterMs).toBeLessThanOrEqual(33_000);
  });

  it('does not keep the lease of a lost probe for longer than a lease lasts', async () => {
    await fail(policy);
    await store.flush();
    await say(redis.port, `HSET ${hash()} until 0 l:gone.1 ${Date.now() + TEN_MINUTES_MS} leaseMs 100`);
    await until('a probe', 20_000, () =>
      policy
        .execute(() => 'fine', { key: 'a' })
        .then(
          () => true,
          () => false,
        ),
    );
    expect(policy.breaker('a').state).toBe('closed');
  });
});
