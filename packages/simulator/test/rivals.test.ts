import { type Behaviour, type RivalName, rivals, type Scenario, simulate } from '@breakwater/simulator';
import { describe, expect, test } from '@jest/globals';

/** Ten calls that never end well, ten minutes apart. */
const failing = (server: Behaviour, timeoutMs?: number): Scenario => ({
  servers: { server },
  clients: { client: { traffic: { kind: 'even', perSecond: 1 / 600 }, ...(timeoutMs && { timeoutMs }) } },
  phases: [{ name: 'all', ms: 6_000_000 }],
});

const answers = (status: number, retryAfterS?: number): Scenario =>
  failing({ faults: [{ kind: 'status', status, share: 1, ...(retryAfterS && { retryAfterS }) }] });

/** Attempts per call, and the longest call. */
async function fateOf(name: RivalName, scenario: Scenario): Promise<{ attempts: number; longestMs: number }> {
  const { attempts, calls, longestMs } = (await simulate(scenario, { policy: rivals[name].policy })).figures();
  return { attempts: attempts / calls, longestMs };
}

describe('rivals make as many attempts as their sources state', () => {
  test.each<[RivalName, string, Scenario, number]>([
    ['none', 'a 503', answers(503), 1],
    ['naive', 'a 503', answers(503), 4],
    ['naive', 'a 404', answers(404), 1],
    ['naive', 'a timeout', failing({ reach: 'silent' }, 100), 4],
    ['axios-retry', 'a 503', answers(503), 4],
    ['axios-retry', 'a refused connection', failing({ reach: 'refused' }), 4],
    ['axios-retry', 'a timeout', failing({ reach: 'silent' }, 100), 1],
    // Waits of 200 and 400 ms fit into a second, one of 800 ms does not.
    [
      'axios-retry',
      'a 503 with a timeout of 1 s',
      failing({ faults: [{ kind: 'status', status: 503, share: 1 }] }, 1_000),
      3,
    ],
    ['got', 'a 503', answers(503), 3],
    ['got', 'a 501', answers(501), 1],
    ['got', 'a timeout', failing({ reach: 'silent' }, 100), 3],
    ['token-bucket', 'a 503', answers(503), 3],
    ['breaker-only', 'a 503', answers(503), 1],
  ])('%s after %s', async (name, _, scenario, expected) => {
    expect((await fateOf(name, scenario)).attempts).toBe(expected);
  });

  test('axios-retry and got obey Retry-After', async () => {
    expect((await fateOf('axios-retry', answers(429, 5))).longestMs).toBeGreaterThanOrEqual(15_000);
    expect((await fateOf('got', answers(429, 5))).longestMs).toBeGreaterThanOrEqual(10_000);
  });

  test('the token bucket runs dry: 100 retries, and no more', async () => {
    const scenario: Scenario = {
      servers: { server: { faults: [{ kind: 'status', status: 503, share: 1 }] } },
      clients: { client: { traffic: { kind: 'even', perSecond: 100 } } },
      phases: [{ name: 'all', ms: 60_000 }],
    };
    const { attempts, calls } = (await simulate(scenario, { policy: rivals['token-bucket'].policy })).figures();
    expect(attempts - calls).toBe(100);
  });
});
