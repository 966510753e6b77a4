import { type CallRecord, type Scenario, type SimulationOptions, simulate, type Traffic } from '@breakwater/simulator';
import { describe, expect, test } from '@jest/globals';

const brownout: Scenario = {
  servers: { server: { slots: 10, serviceMs: { kind: 'exponential', meanMs: 10 } } },
  clients: { shop: { traffic: { kind: 'poisson', perSecond: 500 }, timeoutMs: 250 } },
  phases: [
    { name: 'before', ms: 2_000 },
    { name: 'brownout', ms: 4_000, servers: { server: { slowFactor: 10 } } },
    { name: 'after', ms: 4_000 },
  ],
};

async function calls(scenario: Scenario, options: SimulationOptions): Promise<CallRecord[]> {
  const calls: CallRecord[] = [];
  await simulate(scenario, { ...options, onCall: (call) => calls.push(call) });
  return calls.sort((one, other) => one.index - other.index);
}

const steady = (traffic: Traffic, ms = 10_000): Scenario => ({
  clients: { a: { traffic } },
  phases: [{ name: 'all', ms }],
});

describe('a simulation', () => {
  test('has the same result for the same seed, and another one for another seed', async () => {
    const [one, again, other] = await Promise.all([7, 7, 8].map((seed) => calls(brownout, { seed })));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('gives every policy the same calls, with the same results of the first attempts', async () => {
    const scenario = {
      ...brownout,
      servers: { server: { faults: [{ kind: 'status', share: 0.3, status: 503 }] } },
    } as const;
    const bare = await calls(scenario, { policy: 'none' });
    const ours = await calls(scenario, { policy: { breaker: false, limit: false, budget: false } });
    expect(ours.map(({ startedMs }) => startedMs)).toEqual(bare.map(({ startedMs }) => startedMs));
    expect(ours.map(({ attempts }) => attempts > 1)).toEqual(bare.map(({ end }) => end === 'failed'));
  });

  test('has totals that add up', async () => {
    const result = await simulate(brownout, {});
    const all = result.figures();
    const parts = ['before', 'brownout', 'after'].map((phase) => result.figures({ phase, client: 'shop' }));
    for (const name of ['calls', 'answered', 'failed', 'refused', 'delayed'] as const) {
      expect(parts.reduce((sum, part) => sum + part[name], 0)).toBe(all[name]);
    }
    expect(all.answered + all.failed + all.refused + all.unfinished).toBe(all.calls);
    expect(all.refused).toBeGreaterThan(0);
    expect(Object.values(all.ends).reduce((sum, count) => sum + count, 0)).toBe(all.calls);
    const sumOf = (name: 'calls' | 'answered' | 'attempts' | 'goodput' | 'refused') =>
      result.bins.reduce((sum, bin) => sum + bin[name], 0);
    expect([sumOf('calls'), sumOf('answered'), sumOf('attempts'), sumOf('goodput'), sumOf('refused')]).toEqual([
      all.calls,
      all.answered,
      all.attempts,
      all.answered,
      all.refused,
    ]);
  });

  test('measures how long recovery takes', async () => {
    expect((await simulate(brownout, { policy: 'none' })).recoveryMs('after')).toBeGreaterThan(2_000);
    const result = await simulate(brownout, { policy: { limit: { kind: 'adaptive' } } });
    expect(result.recoveryMs('after')).toBeLessThanOrEqual(500);
    expect(() => result.recoveryMs('later')).toThrow("phase must be the name of a phase, got 'later'");
  });

  test('counts calls that never end as unfinished', async () => {
    const scenario = { ...steady({ kind: 'even', perSecond: 1 }), servers: { server: { reach: 'silent' } } } as const;
    const { unfinished, calls: all } = (await simulate(scenario, { policy: 'none' })).figures();
    expect([unfinished, all]).toEqual([10, 10]);
  });
});

describe('traffic', () => {
  const times = async (traffic: Traffic, ms = 10_000): Promise<number[]> =>
    (await calls(steady(traffic, ms), { policy: 'none' })).map(({ startedMs }) => startedMs);

  test('even', async () => {
    expect(await times({ kind: 'even', perSecond: 2 }, 2_000)).toEqual([250, 750, 1_250, 1_750]);
  });

  test('jittered: one in each stretch', async () => {
    const found = await times({ kind: 'jittered', perSecond: 10 });
    expect(found.map((ms) => Math.floor(ms / 100))).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test('poisson: the given rate on average, without memory', async () => {
    const found = await times({ kind: 'poisson', perSecond: 1_000 });
    expect(Math.abs(found.length - 10_000)).toBeLessThan(300);
    const gaps = found.slice(1).map((ms, index) => ms - (found[index] ?? 0));
    expect(gaps.filter((ms) => ms > 1).length / gaps.length).toBeCloseTo(0.368, 1);
  });

  test('bursts', async () => {
    expect(await times({ kind: 'burst', size: 2, everyMs: 4_000, firstMs: 1_000 })).toEqual([
      1_000, 1_000, 5_000, 5_000, 9_000, 9_000,
    ]);
  });

  test('users that wait for their answers', async () => {
    const found = await times({ kind: 'serial', users: 1, thinkMs: 1_000 });
    expect(found).toHaveLength(10);
    for (const [index, ms] of found.entries()) expect(ms).toBeCloseTo((found[0] ?? 0) + index * 1_010, 6);
  });

  test('of a phase replaces the client’s own, and goes on over phases that do not change it', async () => {
    const scenario = {
      clients: { a: { traffic: { kind: 'burst', size: 1, everyMs: 1_000 } } },
      phases: [
        { name: 'one', ms: 1_500 },
        { name: 'two', ms: 1_500 },
        { name: 'rush', ms: 1_000, traffic: { a: [{ kind: 'burst', size: 3, everyMs: 700 }] } },
        { name: 'quiet', ms: 5_000, traffic: { a: [] } },
      ],
    } as const;
    const found = await calls(scenario, { policy: 'none' });
    expect(found.map(({ startedMs }) => startedMs)).toEqual([
      0, 1_000, 2_000, 3_000, 3_000, 3_000, 3_700, 3_700, 3_700,
    ]);
  });
});

describe('a client', () => {
  const scenarioOf = (client: object): Scenario => ({
    servers: { one: {}, two: { serviceMs: 500 } },
    clients: { a: { traffic: { kind: 'even', perSecond: 10 }, servers: 'one', ...client } },
    phases: [{ name: 'all', ms: 100_000 }],
  });

  test('gives an attempt up after its timeout', async () => {
    const [call] = await calls(scenarioOf({ servers: 'two', timeoutMs: 200 }), { policy: 'none' });
    expect([call?.end, call?.code, (call?.endedMs ?? 0) - (call?.startedMs ?? 0)]).toEqual([
      'failed',
      'ECONNABORTED',
      200,
    ]);
  });

  test('spends time on the network, each way', async () => {
    const [call] = await calls(scenarioOf({ networkMs: 30 }), { policy: 'none' });
    expect((call?.endedMs ?? 0) - (call?.startedMs ?? 0)).toBeCloseTo(70, 9);
  });

  test.each([
    ['random', 0.5, 0.1],
    ['round-robin', 0.5, 0],
  ] as const)('picks one of several servers: %s', async (pick, expected, tolerance) => {
    const servers: string[] = [];
    await simulate(scenarioOf({ servers: ['one', 'two'], pick }), {
      policy: 'none',
      onAttempt: ({ server }) => servers.push(server),
    });
    const share = servers.filter((server) => server === 'one').length / servers.length;
    expect(Math.abs(share - expected)).toBeLessThanOrEqual(tolerance);
  });

  test('makes kinds of calls by their shares, each with its own way', async () => {
    const mix = [
      { share: 0.25, route: '/reports', serviceMs: 300, method: 'POST' },
      { share: 0.25, route: '/poll', holdMs: 9_000, key: 'polls' },
      { share: 0.5, servers: 'two', timeoutMs: 100 },
    ];
    const found = await calls(scenarioOf({ mix, tenants: 4 }), { policy: 'none' });
    const seen = (match: (call: CallRecord) => boolean) => {
      const some = found.filter(match);
      const [first] = some;
      return [
        Math.round((4 * some.length) / found.length),
        first?.key,
        Math.round((first?.endedMs ?? 0) - (first?.startedMs ?? 0)),
        first?.end,
      ];
    };
    expect(seen(({ route }) => route === '/reports')).toEqual([1, 'https://one', 300, 'answered']);
    expect(seen(({ route }) => route === '/poll')).toEqual([1, 'polls', 9_000, 'answered']);
    expect(seen(({ route }) => route === undefined)).toEqual([2, 'https://two', 100, 'failed']);
    expect(new Set(found.map(({ tenant }) => tenant))).toEqual(new Set([0, 1, 2, 3]));
  });

  test('spreads its calls over processes, each with a policy of its own', async () => {
    const policies: string[] = [];
    const counts: number[] = [];
    await simulate(scenarioOf({ processes: 3 }), {
      onPolicy: (policy, client, process) => {
        policies.push(`${client} ${process}`);
        policy.on('call', () => {
          counts[process] = (counts[process] ?? 0) + 1;
        });
      },
    });
    expect(policies).toEqual(['a 0', 'a 1', 'a 2']);
    expect(counts).toEqual([334, 333, 333]);
  });

  test('may share the breakers of its processes', async () => {
    const dead = { ...scenarioOf({ processes: 10 }), servers: { one: { reach: 'refused' } } } as const;
    const attempts = async (sharedStore: boolean) => (await simulate(dead, { sharedStore })).figures().attempts;
    const shared = await attempts(true);
    expect(shared).toBeLessThan((await attempts(false)) / 2);
    expect((await simulate({ ...dead, sharedStore: true })).figures().attempts).toBe(shared);
    expect((await simulate(dead)).figures().attempts).toBe(await attempts(false));
  });

  test('must name servers that exist', async () => {
    await expect(simulate(scenarioOf({ servers: 'three' }))).rejects.toThrow(
      "clients.a.servers must name servers of the scenario, got 'three'",
    );
  });
});

test('a custom caller replaces a policy', async () => {
  const twice = () => ({
    execute: async <T>(attempt: () => Promise<T>) => {
      await attempt();
      return attempt();
    },
  });
  const { attempts, calls: all } = (
    await simulate(steady({ kind: 'even', perSecond: 1 }), { policy: twice })
  ).figures();
  expect([attempts, all]).toEqual([20, 10]);
});

test('plays hundreds of thousands of attempts of one scenario', async () => {
  const scenario = { ...brownout, phases: [{ name: 'before', ms: 400_000 }] };
  const { attempts } = (await simulate(scenario, {})).figures();
  expect(attempts).toBeGreaterThan(190_000);
});

test('a caller gets what an adapter would give it', async () => {
  const seen: unknown[] = [];
  const { phases } = steady({ kind: 'even', perSecond: 1 }, 1_000);
  const clients = { a: { traffic: { kind: 'even', perSecond: 1 }, timeoutMs: 500, method: 'PUT' } } as const;
  await simulate(
    { clients, phases },
    {
      policy: () => ({
        execute: (attempt, call) => {
          seen.push(call);
          return attempt();
        },
      }),
    },
  );
  expect(seen).toEqual([{ key: 'https://server', method: 'PUT', clientTimeoutMs: 500 }]);
});
