import { expect, it } from '@jest/globals';
import { breakerDefaults } from '../options/breaker-options.js';
import type { BreakerRules } from './rules.js';
import { seesOutage } from './witness.js';

const rules: BreakerRules = breakerDefaults;
const NONE = { calls: 0, failures: 0, slow: 0 };

it.each([
  ['a run of half the length that trips', { consecutiveFailures: 5 }, { ...NONE, calls: 300, failures: 3 }, 3, true],
  ['a shorter run', { consecutiveFailures: 5 }, { ...NONE, calls: 300, failures: 2 }, 2, false],
  ['one failure, if one trips', { consecutiveFailures: 1 }, { ...NONE, calls: 300, failures: 1 }, 1, false],
  ['a run, if none trips', { consecutiveFailures: false }, { ...NONE, calls: 300, failures: 20 }, 20, false],
  ['its only call that failed', {}, { ...NONE, calls: 1, failures: 1 }, 1, true],
  ['half of its calls, by the defaults', {}, { ...NONE, calls: 8, failures: 4 }, 0, true],
  ['fewer of them', {}, { ...NONE, calls: 9, failures: 4 }, 0, false],
  ['the rate that trips', { failureRate: 0.1 }, { ...NONE, calls: 10, failures: 1 }, 0, true],
  ['less than that rate', { failureRate: 0.1 }, { ...NONE, calls: 11, failures: 1 }, 0, false],
  ['slow calls at their rate', { slowCallMs: 1, slowCallRate: 0.5 }, { ...NONE, calls: 2, slow: 1 }, 0, true],
  ['fewer slow calls', { slowCallMs: 1, slowCallRate: 0.5 }, { ...NONE, calls: 3, slow: 1 }, 0, false],
  ['slow calls without a rule for them', {}, { ...NONE, calls: 2, slow: 2 }, 0, false],
  ['no call', { slowCallMs: 1 }, NONE, 0, false],
] as const)('sees an outage or not by %s', (_title, given, own, runLength, expected) => {
  expect(seesOutage({ ...rules, ...given }, own, runLength)).toBe(expected);
});
