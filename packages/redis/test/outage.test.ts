import { setTimeout as pass } from 'node:timers/promises';
import type { PolicyOptions } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWithRedis } from './describe-with-redis.js';
import { type Fleet, startFleet, until } from './fleet.js';
import type { LoadResult, Setup } from './fleet-worker.js';
import { type RedisServer, startRedis } from './redis-server.js';
import { type SlowProxy, slowProxy } from './slow-proxy.js';

jest.setTimeout(120_000);

const policy: PolicyOptions = {
  name: 'billing',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 5, consecutiveForMs: 0, openMs: 8_000 },
};
/** Ends a wait for an event that never comes. On an idle machine events come much sooner. */
const PATIENCE_MS = 25_000;
const LOAD = { key: 'a', perSecond: 500, ms: 1_300 };

describeWithRedis('eight processes', () => {
  let redis: RedisServer;
  let proxy: SlowProxy;
  let fleet: Fleet;
  let runs = 0;

  beforeAll(async () => {
    [redis, fleet] = await Promise.all([startRedis(), startFleet(8)]);
    proxy = await slowProxy(redis.port);
  });
  afterAll(async () => {
    await Promise.all([fleet.stop(), redis.stop(), proxy.stop()]);
  });
  beforeEach(async () => {
    runs += 1;
    const setup: Setup = { redis: proxy.url, upstream: '', policy, store: { prefix: `run ${runs}`, quorum: 1 } };
    await fleet.askAll('start', setup);
    await fleet.askAll('load', { ...LOAD, ms: 100 });
    await fleet.askAll('flush');
    for (const { events } of fleet.members) events.length = 0;
  });

  afterEach(async () => {
    proxy.delayMs = 0;
    await redis.revive();
  });

  const statesOf = (key: string): Promise<string[]> => fleet.askAll('state', key);
  const allAre = (state: string, key: string) => async (): Promise<boolean> =>
    (await statesOf(key)).every((each) => each === state);
  const allSaid = (status: string) => (): boolean =>
    fleet.members.every(({ events }) => events.some(({ event, to }) => event === 'store' && to === status));

  function expectUndisturbed(results: readonly LoadResult[]): void {
    expect(results.map(({ answered }) => answered)).toEqual(results.map(({ calls }) => calls));
    expect(results.map(({ waited }) => waited)).toEqual(results.map(() => 0));
  }

  /** Opens a circuit in one process, by its own failures. */
  async function tripFirst(): Promise<void> {
    await fleet.members[0]?.ask('fail', { key: 'a', times: 5 });
    const [first, ...others] = await statesOf('a');
    expect(first).toBe('open');
    expect(others).toEqual(Array(7).fill('closed'));
  }

  it('fail no call and trip locally while Redis is down, and agree when it comes back empty', async () => {
    await redis.signal('SIGKILL');
    expectUndisturbed(await fleet.askAll('load', LOAD));
    await until('`degraded` from all', PATIENCE_MS, allSaid('degraded'));
    await tripFirst();
    await redis.revive();
    await until('all to agree', PATIENCE_MS, allAre('open', 'a'));
    await until('`restored` from all', PATIENCE_MS, allSaid('restored'));
  });

  it('fail no call and trip locally while Redis is paused, and agree afterwards', async () => {
    await redis.signal('SIGSTOP');
    expectUndisturbed(await fleet.askAll('load', LOAD));
    await until('`degraded` from all', PATIENCE_MS, allSaid('degraded'));
    await tripFirst();
    await redis.revive();
    await until('all to agree', PATIENCE_MS, allAre('open', 'a'));
    await until('`restored` from all', PATIENCE_MS, allSaid('restored'));
  });

  it('fail no call while Redis is slow, share as before, and emit no `degraded`', async () => {
    proxy.delayMs = 300;
    expectUndisturbed(await fleet.askAll('load', LOAD));
    await tripFirst();
    await until('all to agree', PATIENCE_MS, allAre('open', 'a'));
    expect(fleet.members.flatMap(({ events }) => events).filter(({ event }) => event === 'store')).toEqual([]);
  });

  it('store their open circuits again if Redis has lost them', async () => {
    await fleet.members[0]?.ask('fail', { key: 'a', times: 5 });
    await until('all to agree', PATIENCE_MS, allAre('open', 'a'));
    await redis.signal('SIGKILL');
    await redis.revive();
    await until('a process that starts to learn of it', PATIENCE_MS, async () => {
      await fleet.members[7]?.ask('start', {
        redis: redis.url,
        upstream: '',
        policy,
        store: { prefix: `run ${runs}`, quorum: 1 },
      });
      await fleet.members[7]?.ask('load', { ...LOAD, ms: 10 });
      await fleet.members[7]?.ask('flush');
      return (await fleet.members[7]?.ask('state', 'a')) === 'open';
    });
    expect(await statesOf('a')).toEqual(Array(8).fill('open'));
  });

  it('probe by the local rule after `probeWaitMs` if Redis is slow in granting leases', async () => {
    const [first] = fleet.members;
    const quick: PolicyOptions = {
      ...policy,
      breaker: { consecutiveFailures: 5, consecutiveForMs: 0, openMs: 300, openFactor: 1 },
    };
    const store = { prefix: `run ${runs} probes`, probeWaitMs: 100 };
    await first?.ask('start', { redis: proxy.url, upstream: '', policy: quick, store });
    await first?.ask('fail', { key: 'a', times: 5 });
    expect(await first?.ask('state', 'a')).toBe('open');
    // From here on no request for a lease is answered.
    proxy.delayMs = 600_000;
    await pass(400);
    const result = await first?.ask('load', { key: 'a', perSecond: 1_000, ms: 100 });
    expect(result?.answered).toBeGreaterThanOrEqual(1);
    expect(result?.waited).toBeGreaterThanOrEqual(1);
  });
});
