import { expect, it } from '@jest/globals';
import { simulate } from '../src/simulate.js';

const PER_SECOND = 1_600;
const DOWN_FROM_MS = 3_000;
const DOWN_UNTIL_MS = 7_000;
const END_MS = 10_000;

interface Closing {
  readonly closedMs: number;
  /** Most attempts of any second after the outage, per steady one. */
  readonly peak: number;
}

/** Plays an outage for eight processes that share a store. */
async function closing(probeShare: number): Promise<Closing> {
  const attemptsMs: number[] = [];
  let nowMs = 0;
  let closedMs = 0;
  await simulate(
    {
      servers: { server: { serviceMs: 100 } },
      clients: { shop: { traffic: { kind: 'jittered', perSecond: PER_SECOND }, processes: 8 } },
      phases: [
        { name: 'well', ms: DOWN_FROM_MS },
        { name: 'down', ms: DOWN_UNTIL_MS - DOWN_FROM_MS, servers: { server: { reach: 'refused' } } },
        { name: 'after', ms: END_MS - DOWN_UNTIL_MS },
      ],
    },
    {
      sharedStore: true,
      policy: { breaker: { successesToClose: 2, probeShare } },
      onAttempt: ({ atMs }) => {
        nowMs = atMs;
        if (atMs >= DOWN_UNTIL_MS && atMs < END_MS) attemptsMs.push(atMs);
      },
      onPolicy: (policy) => {
        policy.on('breaker', ({ to }) => {
          if (to === 'closed') closedMs = nowMs;
        });
      },
    },
  );
  let first = 0;
  const perSecond = attemptsMs.map((atMs, index) => {
    while ((attemptsMs[first] ?? atMs) <= atMs - 1_000) first += 1;
    return index - first + 1;
  });
  return { closedMs, peak: Math.max(...perSecond) / PER_SECOND };
}

it('brings no peak after a circuit of eight processes has closed, with and without probes by traffic', async () => {
  const [without, by] = [await closing(0), await closing(0.01)];
  expect(without.closedMs).toBeGreaterThan(DOWN_UNTIL_MS);
  // The second probe goes beside the first, and not 100 ms later.
  expect(without.closedMs - by.closedMs).toBeGreaterThan(80);
  expect(Math.max(without.peak, by.peak)).toBeLessThan(1.05);
});
