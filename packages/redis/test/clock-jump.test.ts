import { type CircuitOpenError, createPolicy, type Policy } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { portFor } from '../src/clients/redis-client.js';
import { BreakerCommands } from '../src/commands/breaker-commands.js';
import type { FleetView } from '../src/commands/fleet-view.js';
import { LAYOUT_VERSION, layoutFor } from '../src/commands/key-layout.js';
import { runScript } from '../src/commands/run-script.js';
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

  it("holds a key in a cool-down for no longer than the process's own rules allow, then and after an update", async () => {
    const cool = (generation: number): Promise<string> =>
      say(redis.port, `HSET ${hash()} cool ${Date.now() + TEN_MINUTES_MS} coolMs 900000 coolGen ${generation}`);
    const remainingMs = (): number => policy.snapshot().keys.a?.coolDown?.remainingMs ?? 0;
    policy.update({ coolDown: { maxMs: 60_000 } });
    await policy.execute(() => 'fine', { key: 'a' });
    await store.flush();
    await cool(1);
    await store.flush();
    expect(remainingMs()).toBeGreaterThan(0);
    expect(remainingMs()).toBeLessThanOrEqual(60_000);
    policy.update({ coolDown: { maxMs: 120_000 } });
    await cool(2);
    await store.flush();
    expect(remainingMs()).toBeGreaterThan(60_000);
    expect(remainingMs()).toBeLessThanOrEqual(120_000);
    policy.update({ coolDown: false });
    policy.breaker('a').reset();
    await cool(3);
    await store.flush();
    expect(remainingMs()).toBe(0);
  });

  /** A report by that instance, which was counted last in that stretch. */
  const report = (instance: string, countedIn = 0): Promise<FleetView> =>
    new BreakerCommands(portFor(open.client), layoutFor(`run${runs}`)).run(
      ...([
        'billing:a',
        'sync',
        't10000.rules',
        0,
        1,
        0,
        0,
        instance,
        '0',
        'auto',
        countedIn,
        1,
        '-',
        0,
        0,
        0,
        0,
      ] as const),
    );

  it('takes the instances that had traffic before for gone, so that a quorum knows of those that have it now', async () => {
    const later = Date.now() + TEN_MINUTES_MS;
    await say(redis.port, `HSET ${hash()} a1 gone:${later} a2 also-gone:${later + 1}`);
    expect((await report('one')).needed).toBe(1);
    expect((await report('other')).needed).toBe(2);
  });

  it('counts all instances at once, although they were counted in a stretch that lies ahead', async () => {
    const { stretch } = await report('one');
    await say(redis.port, `HSET ${hash()} seen "${stretch + 60} 3.000 3.000 ${Date.now() + TEN_MINUTES_MS}"`);
    const ahead = stretch + 60;
    for (const instance of ['one', 'other']) await report(instance, ahead);
    // One more than there are, if a stretch has ended in between.
    expect((await report('third', ahead)).instances).toBeGreaterThanOrEqual(2);
  });

  it('shows no process that is gone, and no process goes on showing itself to a reader that is gone', async () => {
    const port = portFor(open.client);
    const board = `run${runs}:instances`;
    const later = Date.now() + TEN_MINUTES_MS;
    await say(redis.port, `HSET ${board} ? ${later} gone "${later} text"`);
    expect(await runScript(port, 'show', board, ['one', 'text'])).toBe(0);
    expect(await runScript(port, 'look', board, [])).toEqual([]);
    expect(await runScript(port, 'show', board, ['one', 'text'])).toBe(1);
    expect(await runScript(port, 'look', board, [])).toEqual(['one', expect.any(String), 'text']);
  });
});
