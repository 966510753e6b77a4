import { createPolicy } from '@breakwater/core';
import { expect, it } from '@jest/globals';
import { modelledFleet } from '../src/fleet/modelled-fleet.js';
import { simulate } from '../src/simulate.js';

const PER_SECOND = 400;
const SECONDS = 40;
const THROTTLED_FROM_MS = 12_000;
const THROTTLED_UNTIL_MS = 20_000;

/**
 * Plays a server that asks all calls of 8 s to come back 5 s later. Returns the requests of each second, per steady
 * one.
 */
async function requestsBySecond(processes: number, isShared: boolean): Promise<number[]> {
  const fleet = modelledFleet();
  const seconds = Array<number>(SECONDS).fill(0);
  const traffic = { kind: 'jittered', perSecond: PER_SECOND / processes } as const;
  const fault = { kind: 'status', status: 429, share: 1, retryAfterS: 5 } as const;
  await simulate(
    {
      servers: { server: { serviceMs: 10 } },
      clients: Object.fromEntries(Array.from({ length: processes }, (_, index) => [`${index}`, { traffic }])),
      phases: [
        { name: 'well', ms: THROTTLED_FROM_MS },
        { name: 'throttled', ms: THROTTLED_UNTIL_MS - THROTTLED_FROM_MS, servers: { server: { faults: [fault] } } },
        { name: 'after', ms: SECONDS * 1_000 - THROTTLED_UNTIL_MS },
      ],
    },
    {
      policy: ({ clock, random }) => {
        const store = isShared ? fleet.join(clock, random) : undefined;
        return createPolicy({ mode: 'enforce', clock, random, store });
      },
      onAttempt: ({ atMs }) => {
        const second = Math.floor(atMs / 1_000);
        if (second < SECONDS) seconds[second] = (seconds[second] ?? 0) + 1 / PER_SECOND;
      },
    },
  );
  return seconds;
}

const afterThrottling = (seconds: readonly number[]): number =>
  Math.max(...seconds.slice(THROTTLED_UNTIL_MS / 1_000 + 1));

it.each([8, 400])('ends a cool-down of %d processes below 1.5 times the steady rate', async (processes) => {
  expect(afterThrottling(await requestsBySecond(processes, true))).toBeLessThan(1.5);
});

it('ends a cool-down of many processes without a shared store above 1.5 times the steady rate', async () => {
  expect(afterThrottling(await requestsBySecond(400, false))).toBeGreaterThan(2);
});
