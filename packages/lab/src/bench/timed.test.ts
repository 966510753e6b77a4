import { expect, test } from '@jest/globals';
import { timeInRounds } from './timed.js';

/** Cases that take a fixed time of a clock that nothing else moves, and tell when they run. */
function setUp(takes: Readonly<Record<string, number>>) {
  let nowNs = 0n;
  const log: string[] = [];
  const cases = Object.entries(takes).map(([name, ns]) => ({
    name,
    run: async (calls: number) => {
      log.push(name);
      nowNs += BigInt(ns * calls);
    },
  }));
  const timing = { now: () => nowNs, settle: () => log.push('settle') };
  return { cases, timing, log };
}

test('measures a call of each case once a round', async () => {
  const { cases, timing } = setUp({ a: 100, b: 7 });
  const samples = await timeInRounds(cases, { ...timing, rounds: 3, calls: 10, warmUps: 0 });

  expect(samples).toEqual([
    { name: 'a', samples: [100, 100, 100] },
    { name: 'b', samples: [7, 7, 7] },
  ]);
});

test('begins each round with another case, and settles before each', async () => {
  const { cases, timing, log } = setUp({ a: 1, b: 1, c: 1 });
  await timeInRounds(cases, { ...timing, rounds: 3, calls: 1, warmUps: 0 });

  expect(log.filter((_, index) => index % 2 === 0)).toEqual(new Array(9).fill('settle'));
  expect(log.filter((entry) => entry !== 'settle').join('')).toBe('abcbcacab');
});

test('runs the warm-ups in the same way, and forgets them', async () => {
  const { cases, timing, log } = setUp({ a: 1, b: 1 });
  const samples = await timeInRounds(cases, { ...timing, rounds: 1, calls: 1, warmUps: 2 });

  expect(log.filter((entry) => entry !== 'settle').join('')).toBe('abbaab');
  expect(samples.map((one) => one.samples.length)).toEqual([1, 1]);
});

test('keeps the time of settling out of the figures', async () => {
  let nowNs = 0n;
  const pass = (ns: bigint) => {
    nowNs += ns;
  };
  const cases = [{ name: 'a', run: async () => pass(5n) }];
  const samples = await timeInRounds(cases, {
    now: () => nowNs,
    settle: () => pass(1_000n),
    rounds: 2,
    calls: 1,
    warmUps: 1,
  });

  expect(samples).toEqual([{ name: 'a', samples: [5, 5] }]);
});
