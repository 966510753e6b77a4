import { setTimeout as pass } from 'node:timers/promises';
import type { BreakerOptions, PolicyOptions } from '@breakwater/core';
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { layoutFor, nameOf } from '../src/commands/key-layout.js';
import { describeWithRedis } from './describe-with-redis.js';
import { type Fleet, nowMs, startFleet, until } from './fleet.js';
import type { Setup } from './fleet-worker.js';
import { freePort, type RedisServer, say, startRedis } from './redis-server.js';
import { answer, startUpstream, type Upstream } from './upstream.js';

const SYNC_MS = 250;
const policy: PolicyOptions = { name: 'billing', mode: 'enforce', retry: false, limit: false };

// Real processes on a machine that may have other things to do.
jest.setTimeout(30_000);

describeWithRedis('eight processes', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  let upstream: Upstream;
  let runs = 0;

  beforeAll(async () => {
    [redis, fleet, upstream] = await Promise.all([startRedis(), startFleet(8), startUpstream()]);
  });
  afterAll(() => Promise.all([fleet.stop(), redis.stop(), upstream.stop()]));
  beforeEach(() => {
    upstream.mode = 'fine';
    upstream.arrivals.length = 0;
    runs += 1;
  });

  function setup(breaker: BreakerOptions, more: Partial<Setup> = {}): Setup {
    return {
      redis: redis.url,
      upstream: upstream.url,
      policy: { ...policy, breaker: { consecutiveFailures: 5, consecutiveForMs: 0, ...breaker } },
      ...more,
      store: { prefix: `run ${runs}`, syncMs: SYNC_MS, probeWaitMs: 2_000, quorum: 1, ...more.store },
    };
  }

  const breakerKey = (key: string): string => layoutFor(`run ${runs}`).breaker(nameOf({ policy: 'billing', key }));
  const statesOf = (key: string): Promise<string[]> => fleet.askAll('state', key);
  const allAre = (state: string, key: string) => async (): Promise<boolean> =>
    (await statesOf(key)).every((each) => each === state);
  /** Tells if the process has seen the circuit open. This stays true, unlike a state that lasts for `openMs`. */
  const allHaveOpened = (): boolean =>
    fleet.members.every(({ events }) => events.some(({ event, to }) => event === 'breaker' && to !== 'closed'));

  it('trip together on failures that are too few in each process alone', async () => {
    // No poll comes in time: they learn of it by the reports at `syncMs` and by message.
    await fleet.askAll('start', setup({ failureRate: 0.5, openMs: 30_000 }, { store: { pollMs: 60_000 } }));
    await fleet.askAll('call', { key: 'a' });
    upstream.mode = 'failing';
    const results = await fleet.askAll('call', { key: 'a', times: 3 });
    expect(results.flat().filter(({ kind }) => kind === 'failed').length).toBeGreaterThanOrEqual(20);
    await until('all open', 10_000, allHaveOpened);

    const arrived = upstream.arrivals.length;
    const refused = await fleet.askAll('call', { key: 'a' });
    expect(refused.flat().map(({ kind }) => kind)).toEqual(Array(8).fill('refused'));
    expect(upstream.arrivals).toHaveLength(arrived);
  });

  it('make exactly as many probes as the policy allows, round after round', async () => {
    const probes = 2;
    const rounds = 20;
    upstream.mode = 'failing';
    await fleet.askAll('start', setup({ consecutiveFailures: 3, openMs: 100, openFactor: 1, probes }));
    await fleet.askAll('call', { key: 'a' });
    await fleet.members[0]?.ask('call', { key: 'a', times: 5 });
    await until('all know', 10_000, allHaveOpened);
    upstream.mode = 'hold';
    upstream.arrivals.length = 0;
    await fleet.askAll('keepCalling', { key: 'a', pauseMs: 3 });
    for (let round = 1; round <= rounds; round += 1) {
      await until(`the probes of round ${round}`, 20_000, () => upstream.arrivals.length >= round * probes);
      await pass(30);
      expect(upstream.arrivals).toHaveLength(round * probes);
      for (const { response } of upstream.arrivals.slice(-probes)) answer(response, 500);
    }
    await fleet.askAll('stop');
    for (const { response } of upstream.arrivals) if (!response.writableEnded) answer(response, 500);
  });

  it('make another probe when the lease of a killed process has ended', async () => {
    const probeLeaseMs = 600;
    upstream.mode = 'failing';
    await fleet.askAll('start', setup({ consecutiveFailures: 3, openMs: 100, openFactor: 1, probeLeaseMs }));
    await fleet.askAll('call', { key: 'a' });
    await fleet.members[0]?.ask('call', { key: 'a', times: 5 });
    await until('all know', 10_000, allHaveOpened);
    upstream.mode = 'hold';
    upstream.arrivals.length = 0;
    await fleet.askAll('keepCalling', { key: 'a', pauseMs: 3 });
    await until('a probe', 20_000, () => upstream.arrivals.length === 1);
    const [first] = upstream.arrivals;
    const leaseEndsMs = Number(
      /l:[^\r]*\r\n\$\d+\r\n(\d+)/.exec(await say(redis.port, `HGETALL "${breakerKey('a')}"`))?.[1],
    );
    const holder = fleet.members.findIndex(({ pid }) => pid === first?.pid);
    await fleet.members[holder]?.kill();
    await until('another probe', 20_000, () => upstream.arrivals.length > 1);
    const [, second] = upstream.arrivals;
    expect(second?.pid).not.toBe(first?.pid);
    const [, seconds = '', microseconds = ''] = /\r\n(\d+)\r\n\$\d+\r\n(\d+)/.exec(await say(redis.port, 'TIME')) ?? [];
    expect(Number(seconds) * 1_000 + Number(microseconds) / 1_000).toBeGreaterThanOrEqual(leaseEndsMs);
    for (const { response } of upstream.arrivals) answer(response, 500);
    await fleet.replace(holder);
    await fleet.askAll('stop');
  });

  it.each([2, 'auto'] as const)(
    'do not follow one whose own network is broken, but follow two, with quorum %s',
    async (quorum) => {
      const setUp = setup({ openMs: 10_000 }, { store: { quorum } });
      await fleet.askAll('start', setUp);
      await fleet.askAll('call', { key: 'a', times: 3 });
      const nowhere = `http://127.0.0.1:${await freePort()}/`;
      const [broken, alsoBroken] = fleet.members;
      await broken?.ask('pointTo', nowhere);
      await broken?.ask('call', { key: 'a', times: 25 });
      await fleet.askAll('flush');
      expect(await statesOf('a')).toEqual(['open', ...Array(7).fill('closed')]);
      const others = await Promise.all(
        fleet.members.slice(1).map((member) => member.ask('call', { key: 'a', times: 3 })),
      );
      expect(new Set(others.flat().map(({ kind }) => kind))).toEqual(new Set(['answered']));

      await alsoBroken?.ask('pointTo', nowhere);
      await alsoBroken?.ask('call', { key: 'a', times: 25 });
      await until('all open', 10_000, allAre('open', 'a'));
    },
  );

  it('close by default although the probes of one process with a broken network fail', async () => {
    await fleet.askAll(
      'start',
      setup({ consecutiveFailures: 3, openMs: 200, successesToClose: 1 }, { store: { quorum: 'auto' } }),
    );
    await fleet.askAll('call', { key: 'a', times: 3 });
    await fleet.askAll('flush');
    upstream.mode = 'failing';
    await fleet.members[0]?.ask('call', { key: 'a', times: 5 });
    await fleet.members[1]?.ask('call', { key: 'a', times: 5 });
    await until('all open', 10_000, allHaveOpened);
    upstream.mode = 'fine';
    const [broken] = fleet.members;
    await broken?.ask('pointTo', `http://127.0.0.1:${await freePort()}/`);
    for (const { events } of fleet.members) events.length = 0;
    await broken?.ask('keepCalling', { key: 'a', pauseMs: 1 });
    await pass(500); // its probe has failed by now, and nobody else has called
    await until('another to close it', 10_000, async () => {
      await fleet.members[1]?.ask('call', { key: 'a' });
      return (await fleet.members[1]?.ask('state', 'a')) === 'closed';
    });
    const reopened = fleet.members.slice(1).flatMap(({ events }) => events.filter(({ to }) => to === 'open'));
    expect(reopened).toEqual([]);
    await fleet.askAll('stop');
  });

  it('stay open if the probes of two processes fail', async () => {
    await fleet.askAll(
      'start',
      setup({ consecutiveFailures: 3, openMs: 200, openFactor: 2 }, { store: { quorum: 'auto' } }),
    );
    await fleet.askAll('call', { key: 'a', times: 3 });
    await fleet.askAll('flush');
    upstream.mode = 'failing';
    await fleet.askAll('keepCalling', { key: 'a', pauseMs: 3 });
    const opens = (): number[] => fleet.members.map(({ events }) => events.filter(({ to }) => to === 'open').length);
    await until('all to have opened again', 10_000, () => opens().every((count) => count >= 2));
    await fleet.askAll('stop');
  });

  it('send no more commands at 20,000 calls a second than at 1,000', async () => {
    const ms = 3_000;
    const breaker = { consecutiveFailures: false, failureRate: 0.9 } as const;
    const commands: number[] = [];
    const turns: number[] = [];
    const calls: number[] = [];
    for (const perSecond of [1_000, 20_000]) {
      await fleet.askAll('start', setup(breaker, { store: { prefix: `load ${perSecond}` } }));
      await fleet.askAll('load', { key: 'a', perSecond: perSecond / 8, ms: 100, failEvery: 2 });
      const before = await redis.commandCount('evalsha');
      const beganMs = performance.now();
      const results = await fleet.askAll('load', { key: 'a', perSecond: perSecond / 8, ms, failEvery: 2 });
      commands.push((await redis.commandCount('evalsha')) - before);
      // On a busy machine there are fewer turns, but never more commands than turns.
      turns.push(8 * ((performance.now() - beganMs) / SYNC_MS + 1));
      calls.push(results.reduce((sum, each) => sum + each.calls, 0));
      await fleet.askAll('stop');
    }
    // A busy machine may not reach 20,000.
    expect(calls[1]).toBeGreaterThan(8 * (calls[0] ?? 0));
    for (const [index, count] of commands.entries()) expect(count).toBeLessThanOrEqual(turns[index] ?? 0);
  });

  it('agree although their clocks are an hour apart', async () => {
    const hourMs = 3_600_000;
    await Promise.all(
      fleet.members.map((member, index) =>
        member.ask('start', setup({ openMs: 10_000 }, { clockOffMs: (index - 4) * hourMs })),
      ),
    );
    await fleet.askAll('call', { key: 'a' });
    upstream.mode = 'failing';
    await fleet.members[0]?.ask('call', { key: 'a', times: 5 });
    await until('all open', 10_000, allAre('open', 'a'));
    const refused = (await fleet.askAll('call', { key: 'a' })).flat();
    expect(refused.map(({ kind }) => kind)).toEqual(Array(8).fill('refused'));
    const waits = refused.map(({ retryAfterMs }) => retryAfterMs ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(11_000);
    expect(Math.min(...waits)).toBeGreaterThan(0);
  });

  it('make a process that starts late or again refuse its second call, for the time that is left', async () => {
    upstream.mode = 'failing';
    await fleet.askAll('start', setup({ openMs: 30_000 }));
    const [first] = fleet.members;
    await first?.ask('call', { key: 'a', times: 6 });
    await first?.ask('flush');
    await first?.kill();
    const openedMs = nowMs();
    const late = await fleet.replace(0);
    await pass(300);
    await late.ask('start', setup({ openMs: 30_000 }));
    upstream.mode = 'hold';
    const sinceOpenMs = nowMs() - openedMs;
    let ended = false;
    const calls = late.ask('call', { key: 'a', times: 2 }).finally(() => {
      ended = true;
    });
    // The first call, if it went out at all, is answered when the process has heard of the open circuit, and not
    // before.
    await until('both calls to end', 20_000, async () => {
      const isOpen = (await late.ask('state', 'a')) === 'open';
      for (const { response } of upstream.arrivals) if (isOpen && !response.writableEnded) answer(response, 200);
      return ended;
    });
    const results = await calls;
    expect(results[1]?.kind).toBe('refused');
    expect(results[1]?.retryAfterMs).toBeLessThanOrEqual(33_000 - sinceOpenMs);
    expect(results[1]?.retryAfterMs).toBeGreaterThan(0);
  });

  it('share nothing between two versions of the layout', async () => {
    const [old, alsoOld, young, alsoYoung] = fleet.members;
    await Promise.all([old, alsoOld].map((member) => member?.ask('start', setup({ openMs: 200, openFactor: 1 }))));
    await Promise.all(
      [young, alsoYoung].map((member) =>
        member?.ask('start', setup({ openMs: 200, openFactor: 1 }, { layoutVersion: 'other' })),
      ),
    );
    const four = [old, alsoOld, young, alsoYoung];
    const states = (): Promise<unknown[]> => Promise.all(four.map((member) => member?.ask('state', 'a')));
    await Promise.all(four.map((member) => member?.ask('call', { key: 'a' })));
    for (let round = 0; round < 3; round += 1) {
      await old?.ask('control', { key: 'a', action: 'open' });
      await until('the old to agree', 10_000, async () => (await alsoOld?.ask('state', 'a')) === 'forced-open');
      await young?.ask('flush');
      expect(await states()).toEqual(['forced-open', 'forced-open', 'closed', 'closed']);
      await young?.ask('control', { key: 'a', action: 'open' });
      await alsoOld?.ask('control', { key: 'a', action: 'close' });
      await until(
        'all to agree',
        10_000,
        async () => String(await states()) === 'closed,closed,forced-open,forced-open',
      );
      await alsoYoung?.ask('control', { key: 'a', action: 'reset' });
      await until('the young to agree', 10_000, async () => String(await states()) === 'closed,closed,closed,closed');
    }
  });
});
