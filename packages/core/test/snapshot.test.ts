import { expect, it } from '@jest/globals';
import { scripted } from '../src/testing/faults.js';
import { bench, outcome } from './policy-fixture.js';

it.each([
  ['the defaults', {}],
  ['everything off', { retry: false, budget: false, breaker: false, coolDown: false, limit: false }],
  ['mode observe', { mode: 'observe' }],
  ['an open circuit', { breaker: { consecutiveFailures: 1 } }],
] as const)('is equal to itself after a round trip through JSON, with %s', async (_what, options) => {
  const { clock, policy } = bench(options);
  await policy.execute(() => 1, { key: 'a' });
  await outcome(clock, policy.execute(scripted([{ status: 503 }]), { key: 'b' }));
  const snapshot = policy.snapshot();
  expect(JSON.parse(JSON.stringify(snapshot))).toStrictEqual(snapshot);
});
