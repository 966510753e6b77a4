import { type BreakerOptions, createPolicy, type Policy } from '@breakwater/core';
import { afterEach, expect, it, jest } from '@jest/globals';
import { type BreakerSummary, listBreakers } from '../src/admin.js';
import { layoutFor } from '../src/commands/key-layout.js';
import { type RedisStore, redisStore } from '../src/redis-store.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { call as callOn } from './outcomes.js';
import { say } from './redis-server.js';
import { suiteRedis } from './suite-redis.js';

jest.setTimeout(60_000);

const byRun: BreakerOptions = { consecutiveFailures: 5, openMs: 20_000 };
const byRate: BreakerOptions = { consecutiveFailures: false, failureRate: 0.5, minimumCalls: 20, openMs: 20_000 };
const rules = [
  ['a run of failures', byRun],
  ['a rate of failures', byRate],
] as const;

describeWithRedis('the automatic quorum', () => {
  const redis = suiteRedis();
  let runs = 0;
  let fleet: { readonly policy: Policy; readonly store: RedisStore }[] = [];
  afterEach(() => {
    for (const { policy, store } of fleet) {
      policy.close();
      store.close();
    }
  });

  function start(size: number, breaker: BreakerOptions, pollMs = 60_000): void {
    runs += 1;
    fleet = Array.from({ length: size }, () => {
      const store = redisStore({ client: redis.client, prefix: `quorum ${runs}`, probeWaitMs: 5_000, pollMs });
      return {
        policy: createPolicy({ name: 'billing', mode: 'enforce', retry: false, limit: false, breaker, store }),
        store,
      };
    });
  }
  const call = (at: number, outcome: 'fine' | 'reset', times = 1): Promise<string> =>
    callOn(fleet[at]?.policy, outcome, times);
  const callAll = (outcome: 'fine' | 'reset', times = 1): Promise<unknown> =>
    Promise.all(fleet.map((_, at) => call(at, outcome, times)));
  const agree = async (): Promise<void> => {
    for (const { store } of [...fleet, ...fleet]) await store.flush();
  };
  const known = (): Promise<BreakerSummary[]> => listBreakers(redis.client, { prefix: `quorum ${runs}` });
  const states = (): string[] => fleet.map(({ policy }) => policy.breaker('a').state);

  it.each(rules)('lets one process open alone by %s while the others have single failures', async (_title, breaker) => {
    start(8, breaker);
    await callAll('fine', 20);
    await agree();
    for (let at = 1; at < 8; at += 1) {
      await call(at, 'reset');
      await agree();
      await call(at, 'fine');
    }
    await call(0, 'reset', 40);
    await agree();
    // Its failures are the majority of the fleet's outcomes.
    await call(0, 'reset', 400);
    await agree();
    expect(states()).toEqual(['open', ...Array(7).fill('closed')]);
  });

  it.each(rules)('lets all processes open by %s if all see the server fail', async (_title, breaker) => {
    start(8, breaker);
    await callAll('fine', 4);
    await agree();
    await callAll('reset', 6);
    await agree();
    await until('all to open', 20_000, () => states().every((state) => state === 'open'));
  });

  it.each([2, 3])('lets one of %i processes open alone', async (size) => {
    start(size, byRun);
    await callAll('fine', 3);
    await call(1, 'reset');
    await call(1, 'fine', 2);
    await agree();
    await call(0, 'reset', 25);
    await agree();
    expect(states()).toEqual(['open', ...Array(size - 1).fill('closed')]);
  });

  it.each(rules)(
    'opens two of eight processes alone by %s, as long as the others are served',
    async (_title, breaker) => {
      start(8, breaker);
      await callAll('fine', 20);
      await agree();
      await Promise.all([call(0, 'reset', 40), call(1, 'reset', 40)]);
      await agree();
      expect(states()).toEqual(['open', 'open', ...Array(6).fill('closed')]);
      await Promise.all([2, 3, 4].map((at) => call(at, 'reset', 40)));
      await until('all to open', 20_000, async () => {
        await agree();
        return states().every((state) => state === 'open');
      });
    },
  );

  it('is two of eight processes once the others have not been served for three polls', async () => {
    start(8, byRun, 250);
    await callAll('fine', 20);
    await agree();
    await Promise.all([call(0, 'reset', 5), call(1, 'reset', 5)]);
    await until('all to open', 20_000, () => states().every((state) => state === 'open'));
  });

  it('is two for a circuit that waits for probes, and they free the leases of one', async () => {
    start(30, { ...byRun, openMs: 50, openFactor: 1 }, 250);
    await callAll('reset', 5);
    await until('all to open', 20_000, () => states().every((state) => state !== 'closed'));
    // A tenth would be three.
    await until('all to open again', 20_000, async () => {
      await Promise.all([call(0, 'reset'), call(1, 'reset')]);
      return (await known())[0]?.openedBy.length === 2;
    });
  });

  it('is a tenth of a large fleet, so that processes whose only call failed are too few', async () => {
    start(30, byRun, 250);
    await Promise.all(fleet.map((_, at) => at === 1 || call(at, 'fine')));
    const hash = layoutFor(`quorum ${runs}`).breaker('billing:a');
    await until('none to count as served any more', 20_000, async () => {
      await agree();
      return !/\ns:/.test(await say(redis.server.port, `HGETALL "${hash}"`));
    });
    await call(1, 'reset');
    await agree();
    await call(0, 'reset', 25);
    await agree();
    expect(states()).toEqual(['open', ...Array(29).fill('closed')]);

    await call(2, 'reset', 5);
    await until('all to open', 20_000, () => states().every((state) => state === 'open'));
  });

  it('does not apply to an open circuit that Redis has lost and a process without failures restores', async () => {
    start(3, byRun);
    await callAll('fine');
    await agree();
    await call(0, 'reset', 5);
    await call(1, 'reset', 5);
    await until('all to open', 20_000, () => states().every((state) => state === 'open'));
    for (const { policy, store } of fleet.slice(0, 2)) {
      policy.close();
      store.close();
    }
    await say(redis.server.port, 'FLUSHALL');
    await until('Redis to know', 20_000, async () => {
      await fleet[2]?.store.flush();
      return (await known())[0]?.state === 'open';
    });
    expect((await known())[0]?.openedBy).toEqual([]);
  });
});
