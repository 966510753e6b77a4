import { rivals } from '@breakwater/simulator';
import { expect, jest, test } from '@jest/globals';
import { recovers } from './collapse.js';
import { sharedBudget } from './fleet-budget.js';
import { amplification } from './layers.js';
import { adaptiveRetries, fullJitter, immediateRetries } from './retry-loops.js';
import { recovers as primaryRecovers } from './slow-primary.js';
import { isReached } from './study.js';
import { fate } from './token-bucket-and-breaker.js';

// The cheap rows; `npm run lab:published` plays all.

jest.setTimeout(60_000);

test('three retries answer 1 - x^4 of the calls for (1 - x^4) / (1 - x) requests each', async () => {
  const { load, success } = await fate(immediateRetries(3), 0.5, 20_000);
  expect(Math.abs(success - 0.9375)).toBeLessThanOrEqual(0.01);
  expect(Math.abs(load - 1.875)).toBeLessThanOrEqual(0.01);
});

test('a token bucket answers 0.558 of the calls for 1.107 requests each if half of the requests fail', async () => {
  const { load, success } = await fate(adaptiveRetries(), 0.5, 60_000, 10, 100);
  expect(Math.abs(success - 0.558)).toBeLessThanOrEqual(0.03);
  expect(Math.abs(load - 1.107)).toBeLessThanOrEqual(0.03);
});

test('processes that share a budget answer the same share of calls for the same load, be they 10 or 1,000', async () => {
  const [few, many] = [
    await fate(sharedBudget(), 0.5, 40_000, 10, 100, 15_000),
    await fate(sharedBudget(), 0.5, 40_000, 1_000, 100, 15_000),
  ];
  expect(Math.abs(many.success - few.success)).toBeLessThanOrEqual(0.02);
  expect(Math.abs(many.load / few.load - 1)).toBeLessThanOrEqual(0.05);
  expect(many.load).toBeLessThan(1.2);
  // Each process by itself has a reserve of 10 retries a second.
  expect((await fate({}, 0.5, 30_000, 100, 100)).load).toBeGreaterThan(1.8);
});

// The modelled store shares no breakers. At 0.75 those of few processes open, and those of many do not.
test.each([
  [0.05, {}],
  [0.1, {}],
  [0.2, {}],
  [0.75, { breaker: false }],
] as const)(
  'processes that share a budget do the same if %d of the requests fail, with %j',
  async (failing, options) => {
    const [few, some, many] = [
      await fate(sharedBudget(options), failing, 40_000, 10, 100, 15_000),
      await fate(sharedBudget(options), failing, 40_000, 100, 100, 15_000),
      await fate(sharedBudget(options), failing, 40_000, 1_000, 100, 15_000),
    ];
    for (const { load, success } of [some, many]) {
      expect(Math.abs(success - few.success)).toBeLessThanOrEqual(0.02);
      expect(Math.abs(load / few.load - 1)).toBeLessThanOrEqual(0.05);
      // The budget allows one retry for five calls.
      expect(load).toBeLessThan(1.2);
    }
  },
);

test('a spike of 5 s: retries at once keep a small server down, backoff and the default policy do not', async () => {
  expect(await recovers(immediateRetries(2), 50, 5_000, 1)).toBe(false);
  expect(await recovers(fullJitter(2, 20_000), 35, 5_000, 1)).toBe(true);
  expect(await recovers({}, 50, 5_000, 1)).toBe(true);
});

test('three layers with three retries each make 64 requests of one', async () => {
  expect(await amplification(rivals.naive.policy, 100, 500)).toBe(64);
  const budget = { budget: { ratio: 0.2, minRetriesPerSecond: 0 }, breaker: false, limit: false } as const;
  expect(await amplification(budget, 100, 5_000)).toBeLessThanOrEqual(1.2 ** 3);
});

test('a primary with a fifth of its power recovers after 9 s and stays down after 10 s', async () => {
  expect(await primaryRecovers(0.2, 9_000, 76)).toBe(1);
  expect(await primaryRecovers(0.2, 10_000, 76)).toBe(0);
});

test('a figure is reached within its tolerance, and one without a counterpart always', () => {
  const finding = { row: 'x', published: 1, ours: 1.2, within: 0.1 };
  expect(isReached(finding)).toBe(false);
  expect(isReached({ ...finding, ours: 1.1 })).toBe(true);
  expect(isReached({ ...finding, published: undefined })).toBe(true);
});
