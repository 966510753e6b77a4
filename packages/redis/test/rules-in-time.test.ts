import { type BreakerOptions, createPolicy, type Policy } from '@breakwater/core';
import { afterEach, expect, it, jest } from '@jest/globals';
import { listBreakers } from '../src/admin.js';
import { layoutFor } from '../src/commands/key-layout.js';
import { type RedisStore, redisStore } from '../src/redis-store.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { call as callOn } from './outcomes.js';
import { say } from './redis-server.js';
import { suiteRedis } from './suite-redis.js';

const byRate: BreakerOptions = { consecutiveFailures: false, failureRate: 0.5, minimumCalls: 20, openMs: 20_000 };

jest.setTimeout(60_000);

describeWithRedis('the rules of a fleet', () => {
  const redis = suiteRedis();
  let runs = 0;
  let members: { readonly policy: Policy; readonly store: RedisStore; readonly told: string[] }[] = [];

  function start(...breakers: readonly (BreakerOptions | false)[]): void {
    runs += 1;
    members = breakers.map((breaker) => {
      const store = redisStore({ client: redis.client, prefix: `rules-${runs}`, quorum: 1 });
      const policy = createPolicy({ name: 'billing', mode: 'enforce', retry: false, limit: false, breaker, store });
      const told: string[] = [];
      policy.on('store', ({ status }) => told.push(status));
      return { policy, store, told };
    });
  }
  afterEach(() => {
    for (const { policy, store } of members) {
      policy.close();
      store.close();
    }
  });
  const call = (at: number, outcome: 'fine' | 'reset', times = 1): Promise<string> =>
    callOn(members[at]?.policy, outcome, times);
  const callAll = (): Promise<unknown> => Promise.all(members.map((_, at) => call(at, 'fine')));
  const agree = async (): Promise<void> => {
    for (const { store } of [...members, ...members]) await store.flush();
  };
  const states = (): string[] => members.map(({ policy }) => policy.breaker('a').state);
  const ruleSets = async (): Promise<number | undefined> =>
    (await listBreakers(redis.client, { prefix: `rules-${runs}` }))[0]?.ruleSets;
  /** Makes the last report by each kind of rules so much older. */
  async function age(ms: number): Promise<void> {
    const hash = layoutFor(`rules-${runs}`).breaker('billing:a');
    const found = (await say(redis.server.port, `HGETALL "${hash}"`)).matchAll(/\n(r:[^\r]+)\r\n\$\d+\r\n(\d+)/g);
    for (const [, field, at] of found) await say(redis.server.port, `HSET "${hash}" ${field} ${Number(at) - ms}`);
  }

  it('are equal if defaults are written out, options undefined, or functions given', async () => {
    start(
      byRate,
      { ...byRate, window: { ms: 30_000, kind: 'time' }, probes: 1, ramp: false, slowCallMs: Number.POSITIVE_INFINITY },
      { ...byRate, openFactor: undefined, successesToClose: undefined, isFailure: undefined },
      { ...byRate, isFailure: () => undefined },
    );
    await callAll();
    await agree();
    expect(await ruleSets()).toBe(1);
    expect(members.flatMap(({ told }) => told)).toEqual([]);
  });

  it('may be three at once, and `rules-agree` follows two minutes after the last other process', async () => {
    start(
      byRate,
      { ...byRate, window: { kind: 'count', size: 100 } },
      { ...byRate, window: { kind: 'time', ms: 5_000 } },
    );
    await callAll();
    await agree();
    expect(await ruleSets()).toBe(3);
    // Outcomes of the others, by their own rules.
    await call(1, 'reset', 8);
    await call(2, 'reset', 18);
    await agree();
    await call(0, 'reset', 5);
    await agree();
    expect(states()).toEqual(['closed', 'closed', 'closed']);

    members[0]?.policy.update({ breaker: { ...byRate, window: { kind: 'count', size: 100 } } });
    members[2]?.policy.update({ breaker: { ...byRate, window: { kind: 'count', size: 100 } } });
    await age(121_000);
    await callAll();
    await agree();
    expect(await ruleSets()).toBe(1);
    expect(members.map(({ told }) => told)).toEqual(Array(3).fill(['rules-differ', 'rules-agree']));
    // A roll-back: what the first rules had counted is gone.
    members[0]?.policy.update({ breaker: { ...byRate, window: { kind: 'time', ms: 30_000 } } });
    await call(0, 'reset', 12);
    await agree();
    expect(states()).toEqual(['closed', 'closed', 'closed']);
    await call(0, 'reset', 8);
    await until('all to open', 20_000, () => states().every((state) => state === 'open'));
  });

  it('of a breaker that is switched off and on follow what the fleet decided meanwhile', async () => {
    start(byRate, byRate);
    await callAll();
    await agree();
    const [first, second] = members;
    await call(0, 'reset', 25);
    await until('both to open', 20_000, () => states().every((state) => state === 'open'));
    second?.policy.update({ breaker: false });
    expect(await call(1, 'fine')).toBe('fine');
    first?.policy.breaker('a').close();
    await agree();
    second?.policy.update({ breaker: byRate });
    await agree();
    expect(states()).toEqual(['closed', 'closed']);

    second?.policy.update({ breaker: false });
    first?.policy.breaker('a').open();
    await agree();
    expect(await call(1, 'fine')).toBe('fine');
    second?.policy.update({ breaker: byRate });
    await agree();
    expect(states()).toEqual(['forced-open', 'forced-open']);
  });

  it('of a process without a breaker are none: it follows no trip', async () => {
    start({ ...byRate, consecutiveFailures: 3, consecutiveForMs: 0 }, false);
    await callAll();
    await agree();
    await call(0, 'reset', 5);
    await agree();
    expect([members[0]?.policy.breaker('a').state, await call(1, 'fine')]).toEqual(['open', 'fine']);
    expect(await ruleSets()).toBe(1);
  });
});
