import { expect, it } from '@jest/globals';
import { breakerRules } from '../../test/breaker-rules.js';
import { decayedGrowth, grow, leaseMsAt, openMsAt, outageStart } from './open-time.js';
import { newBreakerState } from './state.js';

const rules = breakerRules({ maxOpenMs: 8_000 });
const growing = breakerRules({ maxOpenMs: 8_000, openMs: 1_000, openFactor: 2 });

const least = (): number => 0;

it.each([
  [0, 500],
  [9_999, 500],
  [10_000, 500],
  [20_000, 1_000],
  [160_000, 8_000],
  [3_600_000, 8_000],
])('is 5 %% of the outage so far, within its bounds: after %d ms %d ms', (ms, openMs) => {
  expect(openMsAt(rules, { ms, steps: 7 }, least)).toBe(openMs);
});

it.each([
  [0, 1_000],
  [2, 4_000],
  [3, 8_000],
  [9, 8_000],
])('grows by the factor for each step if there is one: after %d steps %d ms', (steps, openMs) => {
  expect(openMsAt(growing, { ms: 3_600_000, steps }, least)).toBe(openMs);
});

it('is up to a tenth longer by chance, beyond the upper bound too', () => {
  expect(openMsAt(rules, { ms: 0, steps: 0 }, () => 0.5)).toBe(525);
  expect(openMsAt(rules, { ms: 1e9, steps: 0 }, () => 0.5)).toBe(8_400);
});

it('counts an outage as the same one if the server was well for less than 5 % of it', () => {
  const closed = Object.assign(newBreakerState(), { generation: 3, outageSinceMs: 1_000, phaseSinceMs: 101_000 });
  expect(outageStart(closed, 101_000)).toBe(1_000);
  expect(outageStart(closed, 105_999)).toBe(1_000);
  expect(outageStart(closed, 106_000)).toBe(106_000);
  expect(outageStart(closed, 9e9)).toBe(9e9);
});

it('begins the first outage when the circuit first opens', () => {
  expect(outageStart(newBreakerState(), 0)).toBe(0);
  expect(outageStart(newBreakerState(), 1_700_000_000_000)).toBe(1_700_000_000_000);
});

it('takes a step for each failed probe until the open time is at its upper bound, and none without a factor', () => {
  expect([0, 1, 2, 3, 9].map((steps) => grow(growing, steps))).toEqual([1, 2, 3, 3, 9]);
  expect([0, 3].map((steps) => grow(rules, steps))).toEqual([0, 3]);
});

it('takes steps back one by one while the server is well, and never more than there are', () => {
  const closed = Object.assign(newBreakerState(), { openSteps: 2, phaseSinceMs: 1_000 });
  const after = (wellMs: number) => decayedGrowth(closed, growing, 1_000 + wellMs);
  expect([0, 3_999, 4_000, 5_999, 6_000, 1e9].map(after)).toEqual([2, 2, 1, 1, 0, 0]);
});

it.each([
  [0, 500],
  [20_000, 1_000],
  [100_000, 5_000],
  [3_600_000, 6_000],
])('gives a probe by default the time until one would follow if it had failed: after %d ms %d ms', (ms, leaseMs) => {
  const state = Object.assign(newBreakerState(), { outageSinceMs: 7 });
  const given = { maxOpenMs: 8_000, probeLeaseMs: 6_000 };
  expect(leaseMsAt(breakerRules({ ...given, consecutiveForMs: 'auto' }), state, 7 + ms)).toBe(leaseMs);
  expect(leaseMsAt(breakerRules(given), state, 7 + ms)).toBe(6_000);
});
