import { createPolicy } from '@breakwater/core';
import { expect, it } from '@jest/globals';
import { modelledFleet } from '../src/fleet/modelled-fleet.js';
import { simulate } from '../src/simulate.js';

const PER_SECOND = 400;
const THROTTLED_FROM_MS = 12_000;

/** A server that asks all calls of some time to come back later. */
interface Throttling {
  readonly retryAfterS: number;
  readonly forMs: number;
}

const RENEWED: Throttling = { retryAfterS: 5, forMs: 8_000 };

interface Comeback {
  /** Most requests of a second after the throttling, per steady one. */
  readonly peak: number;
  /** Number of calls that ended with a throttled answer. */
  readonly throttled: number;
}

async function comeback(processes: number, { retryAfterS, forMs }: Throttling, isShared = true): Promise<Comeback> {
  const fleet = modelledFleet();
  const untilMs = THROTTLED_FROM_MS + forMs;
  // A call waits for 30 s at most.
  const endMs = untilMs + retryAfterS * 1_000 + 30_000;
  const seconds = Array<number>(Math.floor(endMs / 1_000)).fill(0);
  const traffic = { kind: 'jittered', perSecond: PER_SECOND / processes } as const;
  const fault = { kind: 'status', status: 429, share: 1, retryAfterS } as const;
  let throttled = 0;
  await simulate(
    {
      servers: { server: { serviceMs: 10 } },
      clients: Object.fromEntries(Array.from({ length: processes }, (_, index) => [`${index}`, { traffic }])),
      phases: [
        { name: 'well', ms: THROTTLED_FROM_MS },
        { name: 'throttled', ms: forMs, servers: { server: { faults: [fault] } } },
        { name: 'after', ms: endMs - untilMs },
      ],
    },
    {
      policy: ({ clock, random }) => {
        const store = isShared ? fleet.join(clock, random) : undefined;
        return createPolicy({ mode: 'enforce', clock, random, store });
      },
      onAttempt: ({ atMs }) => {
        const second = Math.floor(atMs / 1_000);
        if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1 / PER_SECOND;
      },
      onCall: ({ status }) => {
        if (status === 429) throttled += 1;
      },
    },
  );
  return { peak: Math.max(...seconds.slice(untilMs / 1_000 + 1)), throttled };
}

it.each([8, 400])('ends a renewed cool-down of %d processes below 1.5 times the steady rate', async (processes) => {
  expect((await comeback(processes, RENEWED)).peak).toBeLessThan(1.5);
});

it.each([
  [8, 5],
  [8, 20],
  [30, 20],
])(
  'ends a cool-down of %d processes for %d s below 1.5 times, with an answer for each call that saw it',
  async (processes, retryAfterS) => {
    const { peak, throttled } = await comeback(processes, { retryAfterS, forMs: 3_000 });
    expect(peak).toBeLessThan(1.5);
    expect(throttled).toBeLessThanOrEqual(1);
  },
);

it('ends a cool-down of one busy process no higher than half its rate on top', async () => {
  expect((await comeback(1, { retryAfterS: 20, forMs: 3_000 }, false)).peak).toBeLessThanOrEqual(1.505);
});

it('ends a cool-down of many processes without a shared store above 1.5 times the steady rate', async () => {
  expect((await comeback(400, RENEWED, false)).peak).toBeGreaterThan(2);
});
