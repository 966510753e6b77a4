import { type Behaviour, type Scenario, type SimulationResult, simulate } from '@breakwater/simulator';
import { describe, expect, test } from '@jest/globals';
import { playReal } from './play-real.js';

/** Ten calls in a fifth of a second, to a server that behaves like this. */
const scenarioOf = (server: Behaviour, client: Partial<Scenario['clients'][string]> = {}): Scenario => ({
  servers: { server: { serviceMs: 5, ...server } },
  clients: { client: { traffic: { kind: 'even', perSecond: 50 }, ...client } },
  phases: [{ name: 'all', ms: 200 }],
});

const ends = (result: SimulationResult) => result.figures().ends;
const reset: Behaviour = { faults: [{ kind: 'error', code: 'ECONNRESET', share: 1 }] };
const unavailable: Behaviour = { faults: [{ kind: 'status', status: 503, share: 0.5 }] };

describe.each(['axios', 'got'] as const)('%s', (client) => {
  const play = (scenario: Scenario, policy: 'none' | object) =>
    playReal(scenario, { client, policy, seed: 1, drainMs: 20_000 });

  test.each<[string, Behaviour, object]>([
    ['is answered', {}, { '200': 10 }],
    ['is reset', reset, { ECONNRESET: 10 }],
    ['is refused', { reach: 'refused' }, { ECONNREFUSED: 10 }],
  ])('%s, as in the simulation', async (_, server, expected) => {
    const scenario = scenarioOf(server);
    expect(ends(await simulate(scenario, { policy: 'none' }))).toEqual(expected);
    expect(ends(await play(scenario, 'none'))).toEqual(expected);
  });

  test('gives up a request that hangs', async () => {
    const { failed, calls } = (await play(scenarioOf({ reach: 'silent' }, { timeoutMs: 50 }), 'none')).figures();
    expect([failed, calls]).toEqual([10, 10]);
  });

  test('has the same random results as the simulation', async () => {
    const scenario = scenarioOf(unavailable);
    expect(ends(await play(scenario, 'none'))).toEqual(ends(await simulate(scenario, { policy: 'none' })));
  });

  test('retries with a policy', async () => {
    const policy = {
      retry: { maxRetries: 9, backoff: { kind: 'constant', baseMs: 1, throttledBaseMs: 1, jitter: 'none' } },
      breaker: false,
      limit: false,
    };
    const { attempts, answered, calls } = (await play(scenarioOf(unavailable), policy)).figures();
    expect(answered).toBe(calls);
    expect(attempts).toBeGreaterThan(calls);
  });

  test('reaches each of several servers in turns', async () => {
    const scenario = {
      ...scenarioOf({}, { servers: ['server', 'dead'], pick: 'round-robin' }),
      servers: { server: {}, dead: { reach: 'refused' } },
    } as const;
    expect(ends(await play(scenario, 'none'))).toEqual({ '200': 5, ECONNREFUSED: 5 });
  });
});
