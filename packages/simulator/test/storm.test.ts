import { type Behaviour, type CallRecord, type Fault, simulate } from '@breakwater/simulator';
import { describe, expect, it, jest } from '@jest/globals';
import { type Client, type Storm, type StormResult, type WeatherPhase, weather } from './weather.js';

// The policy with its adaptive limit in bad weather, on a clock that needs no real time: a server with 10 slots of 10
// ms and a queue without end that also serves requests whose client has gone, and clients that give an attempt up after
// 250 ms.

jest.setTimeout(60_000);

const SEEDS = [1, 2, 3];
const RATES = [50, 500];
/** Longest open time after an outage of 20 s. A probe before it may take as long as its caller waits. */
const OPEN_MS = 0.055 * 20_000;
/** A server that is overloaded is what the adaptive limit is for; `no-harm` has the policy as it is by default. */
const limited: Client = { limit: { kind: 'adaptive' } };

const healthy = (ms: number): WeatherPhase => ({ name: 'before', ms });
const after = (ms: number): WeatherPhase => ({ name: 'after', ms });
const trouble = (ms: number, phase: Omit<WeatherPhase, 'name' | 'ms'>): WeatherPhase => ({
  name: 'trouble',
  ms,
  ...phase,
});

describe.each(RATES)('at %d calls a second', (rate) => {
  it('serves as many calls in a brownout as the server can, and recovers within half a second', async () => {
    const phases = [healthy(2_000), trouble(4_000, { serviceMs: 100 }), after(4_000)];
    for (const result of await forSeeds({ phases, rate })) {
      expect(share(result, 'trouble')).toBeGreaterThanOrEqual(0.15);
      expect(share(result, 'after')).toBeGreaterThanOrEqual(0.99);
      expect(result.backAfterMs).toBeLessThanOrEqual(500);
      // If there is room for all, all are served.
      if (rate > 100) expect(load(result, 'trouble')).toBeLessThanOrEqual(0.35);
      else expect(result.answered).toBe(result.calls);
    }
  });

  it('loses at most twice the calls that a blip takes by itself', async () => {
    const phases = [healthy(3_000), trouble(200, { reach: 'refused' }), after(2_000)];
    for (const { calls, answered, backAfterMs } of await forSeeds({ phases, rate })) {
      expect(calls - answered).toBeLessThanOrEqual(2 * 0.2 * rate);
      expect(backAfterMs).toBe(0);
    }
  });

  it('recovers from 5 % of random errors, with at most a tenth more attempts', async () => {
    const results = await forSeeds({ phases: [trouble(10_000, { faults: [fails(0.05)] })], rate });
    const calls = sum(results.map((result) => result.calls));
    expect(sum(results.map((result) => result.answered))).toBeGreaterThanOrEqual(0.999 * calls);
    expect(sum(results.map((result) => result.attempts))).toBeLessThanOrEqual(1.1 * calls);
    expect(results.map((result) => result.phase('trouble').refused)).toEqual(SEEDS.map(() => 0));
  });

  it.each(['refused', 'silent'] as const)(
    'sends a server that is dead (%s) two attempts a second, and is back by the next probe',
    async (reach) => {
      const phases = [healthy(3_000), trouble(20_000, { reach }), after(3_000)];
      for (const { attemptsAtMs, backAfterMs } of await forSeeds({ phases, rate })) {
        expect(mostWithin(1_000, between(attemptsAtMs, KNOWN_DEAD_MS, 23_000))).toBeLessThanOrEqual(2);
        expect(backAfterMs).toBeLessThanOrEqual(OPEN_MS + 250);
      }
    },
  );

  it('does not affect the good hosts when one of three is bad', async () => {
    for (const seed of SEEDS)
      expect(await callsOfGoodHosts(rate, {}, seed)).toEqual(await callsOfGoodHosts(rate, 'none', seed));
  });

  it.each(['refused', 'silent'] as const)('is better than no library if a server flaps (%s)', async (reach) => {
    const phases = Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? healthy(1_000) : trouble(1_000, { reach }),
    );
    await expectMoreThanBare({ phases, rate });
  });

  it('is never worse than no library if the requests beyond 200 a second are rejected', async () => {
    await expectMoreThanBare({ phases: [trouble(10_000, { throttle: { perSecond: 200, retryAfterS: 2 } })], rate });
  });

  it('helps a server that starts slowly', async () => {
    const slots = { from: 1, to: 10, overMs: 5_000 };
    const phases = [healthy(3_000), { name: 'out', ms: 5_000, reach: 'refused' as const }];
    const storm = { phases: [...phases, trouble(5_000, { slots }), after(5_000)], rate };
    for (const result of rate > 100 ? await expectMoreThanBare(storm) : await forSeeds(storm)) {
      expect(result.phase('after').answered).toBe(result.phase('after').calls);
      // The missing calls came before the breaker knew.
      expect(share(result, 'trouble')).toBeGreaterThanOrEqual(rate > 100 ? 0.8 : 0.9);
    }
  });

  it('changes nothing on a healthy day', async () => {
    await expectTraceless({ phases: [{ name: 'before', ms: 3_000, slots: 10_000 }], rate });
  });
});

it.each([
  [1.1, 0.85],
  [1.5, 0.85],
  [3, 0.8],
])('keeps a server busy with answers that callers still wait for, at %d of its capacity', async (much, atLeast) => {
  const phases = [healthy(1_000), trouble(4_000, { rate: much * 1_000 }), after(2_000)];
  for (const result of await forSeeds({ phases, rate: 500 })) {
    expect(result.phase('trouble').goodput).toBeGreaterThanOrEqual(atLeast * 4_000);
    // New calls go after those that wait already, no longer than their callers do.
    expect(result.backAfterMs).toBeLessThanOrEqual(250);
  }
});

it.each<[string, Behaviour]>([
  ['are pushed away at once', { faults: [{ kind: 'status', status: 503, share: 0.3 }] }],
  ['fail after all', { faults: [fails(0.3)] }],
])('does not take it for overload if 30 %% of requests %s, however few there are', async (_what, condition) => {
  const storm = { phases: [healthy(3_000), trouble(10_000, condition), after(2_000)], rate: 500 };
  for (const result of await expectMoreThanBare(storm)) expect(share(result, 'trouble')).toBeGreaterThanOrEqual(0.8);
});

it.each([1_000, 5_000])('neither refuses nor delays any of %d calls at once', async (burst) => {
  await expectTraceless({ phases: [{ name: 'before', ms: 1_000, slots: 10_000, burst }], rate: 0 });
});

it('neither refuses nor delays a burst that takes as long as clients wait', async () => {
  await expectTraceless({ phases: [{ name: 'before', ms: 2_000, burst: 900 }], rate: 0, timeoutMs: 2_000 });
});

// The same rules on other servers.
it.each<[string, Storm, number]>([
  [
    'slowed down threefold',
    { rate: 500, phases: [healthy(3_000), trouble(4_000, { serviceMs: 30 }), after(2_000)] },
    0.6,
  ],
  ['slow for long', { rate: 500, phases: [healthy(3_000), trouble(12_000, { serviceMs: 100 }), after(2_000)] }, 0.17],
  [
    'with service times that are far from even',
    {
      rate: 500,
      phases: [healthy(3_000), trouble(6_000, { serviceMs: { kind: 'exponential', meanMs: 100 } }), after(2_000)],
    },
    0.15,
  ],
  [
    'that loses its capacity little by little',
    {
      rate: 500,
      phases: [healthy(3_000), trouble(10_000, { slots: { from: 10, to: 1, overMs: 9_000 } }), after(2_000)],
    },
    0.75,
  ],
  [
    'that is small and slow, asked for twice of what it can do',
    {
      rate: 20,
      timeoutMs: 1_000,
      phases: [
        { name: 'before', ms: 10_000, rate: 5, slots: 2, serviceMs: 200 },
        trouble(20_000, { slots: 2, serviceMs: 200 }),
        { name: 'after', ms: 10_000, rate: 5, slots: 2, serviceMs: 200 },
      ],
    },
    0.35,
  ],
  [
    'that is large, asked for half as much again',
    {
      rate: 1_000,
      timeoutMs: 2_000,
      phases: [
        { name: 'before', ms: 1_000, slots: 100, serviceMs: 50 },
        trouble(4_000, { rate: 3_000, slots: 100, serviceMs: 50 }),
        { name: 'after', ms: 2_000, slots: 100, serviceMs: 50 },
      ],
    },
    0.5,
  ],
])('serves what can be served by a server %s', async (_what, storm, atLeast) => {
  for (const result of await expectMoreThanBare(storm))
    expect(share(result, 'trouble')).toBeGreaterThanOrEqual(atLeast);
});

/** The breaker of a busy key waits for two seconds of failures, which may have hung for a while, before it opens. */
const KNOWN_DEAD_MS = 3_000 + 3_000;

async function forSeeds(storm: Storm, client = limited): Promise<StormResult[]> {
  const results: StormResult[] = [];
  for (const seed of SEEDS) results.push(await weather(storm, client, seed));
  return results;
}

async function expectMoreThanBare(storm: Storm): Promise<StormResult[]> {
  const ours = await forSeeds(storm);
  const bare = await forSeeds(storm, 'bare');
  for (const [index, { answered }] of ours.entries()) {
    expect(answered).toBeGreaterThanOrEqual(bare[index]?.answered ?? Number.NaN);
  }
  return ours;
}

async function expectTraceless(storm: Storm): Promise<void> {
  const ours = await forSeeds(storm);
  const bare = await forSeeds(storm, 'bare');
  expect(ours.map(traceless)).toEqual(bare.map(traceless));
}

/** The calls to two good hosts beside a hanging one, all through one policy. */
async function callsOfGoodHosts(rate: number, policy: 'none' | object, seed: number): Promise<unknown> {
  const calls: CallRecord[] = [];
  const hosts = ['bad', 'good', 'better'];
  const scenario = {
    servers: Object.fromEntries(hosts.map((host) => [host, { slots: 10 }])),
    clients: {
      client: {
        traffic: { kind: 'jittered', perSecond: 3 * rate },
        timeoutMs: 250,
        mix: hosts.map((host) => ({ share: 1 / hosts.length, servers: host })),
      },
    },
    phases: [
      { name: 'before', ms: 1_000 },
      { name: 'trouble', ms: 4_000, servers: { bad: { reach: 'silent' } } },
      { name: 'after', ms: 1_000 },
    ],
  } as const;
  await simulate(scenario, { policy, seed, onCall: (call) => calls.push(call) });
  const good = calls.filter(({ key }) => key !== 'https://bad');
  return good.map(({ index, key, attempts, startedMs, endedMs, end }) => ({
    index,
    key,
    attempts,
    startedMs,
    endedMs,
    end,
  }));
}

/** Equal with and without a policy if nothing is wrong: each call, one attempt, as quick. */
function traceless({ calls, answered, attempts, latenciesMs }: StormResult): unknown {
  return { calls, answered, attempts, latenciesMs };
}

function share(result: StormResult, phase: string): number {
  return result.phase(phase).answered / result.phase(phase).calls;
}

function load(result: StormResult, phase: string): number {
  return result.phase(phase).attempts / result.phase(phase).calls;
}

function between(atMs: readonly number[], fromMs: number, untilMs: number): number[] {
  return atMs.filter((ms) => ms >= fromMs && ms < untilMs);
}

function mostWithin(ms: number, atMs: readonly number[]): number {
  return Math.max(...atMs.map((fromMs) => between(atMs, fromMs, fromMs + ms).length));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A share of requests that is answered with 503 after its work. */
function fails(share: number): Fault {
  return { kind: 'status', status: 503, share, worked: true };
}
