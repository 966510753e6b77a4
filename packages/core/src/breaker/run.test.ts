import { describe, expect, it } from '@jest/globals';
import { breakerRules } from '../../test/breaker-rules.js';
import type { BreakerRules } from './rules.js';
import { recordRun, runOf } from './run.js';
import { type BreakerState, type HealthSample, healthy, newBreakerState } from './state.js';

const byCalls = breakerRules({ consecutiveForMs: 'auto', window: { kind: 'time', ms: 10_000 } });
const byAttempts = breakerRules();

const failed: HealthSample = { failed: true, slow: false, cause: undefined };

/** Outcomes one after the other: `F`ailures and `S`uccesses. Returns how long the run is after the last. */
function run(outcomes: string, { to = byCalls, state = newBreakerState(), atMs = 0 } = {}): number {
  for (const outcome of outcomes) recordRun(state, to, outcome === 'F' ? failed : healthy, atMs);
  return state.runLength;
}

it.each([
  ['FFFFFFFFFS', 9],
  ['FFFFFFFFS', 0],
  ['FFFFFFFFFSS', 0],
  [`${'FFFFFFFFFS'.repeat(20)}`, 180],
  ['S'.repeat(50), 0],
  [`${'S'.repeat(50)}FFF`, 3],
])('by calls continues through one good answer in ten, and ends after more: %s', (outcomes, length) => {
  expect(run(outcomes)).toBe(length);
});

it('by calls continues through at most five good answers in a row, however long it is', () => {
  expect(run(`${'F'.repeat(500)}SSSSS`)).toBe(500);
  expect(run(`${'F'.repeat(500)}SSSSSS`)).toBe(0);
});

it('by attempts ends after any good answer', () => {
  expect(run('F'.repeat(500), { to: byAttempts })).toBe(500);
  expect(run(`${'F'.repeat(500)}S`, { to: byAttempts })).toBe(0);
});

it('counts a failed attempt as its share of the call by calls, and as one by attempts', () => {
  const third: HealthSample = { ...failed, callShare: 1 / 3 };
  const lengthOf = (given: BreakerRules) => {
    const state = newBreakerState();
    for (let attempt = 0; attempt < 3; attempt += 1) recordRun(state, given, third, 0);
    return state.runLength;
  };
  expect(lengthOf(byCalls)).toBeCloseTo(1);
  expect(lengthOf(byAttempts)).toBe(3);
});

it('is not affected by an earlier run that was forgotten: a good answer in between does not count against it', () => {
  const state: BreakerState = newBreakerState();
  run('FFFFF', { state });
  expect(run('S', { state, atMs: 10_000 })).toBe(0);
  expect(run('FFFFFFFFFS', { state, atMs: 10_001 })).toBe(9);
});

it('lasts from its first failure to its last, whatever good answers follow', () => {
  const state = newBreakerState();
  run('FFFFFFFFF', { state, atMs: 100 });
  run('F', { state, atMs: 700 });
  run('S', { state, atMs: 900 });
  expect([state.runStartedMs, state.runFailedMs]).toEqual([100, 700]);
});

describe('a run of timeouts', () => {
  const timedOut = (afterMs: number, inCrowd = false): HealthSample => ({ ...failed, timeout: { afterMs, inCrowd } });
  const runOfAll = (...samples: readonly HealthSample[]) => {
    const state = newBreakerState();
    for (const sample of samples) recordRun(state, byCalls, sample, 0);
    return runOf(state);
  };

  it('ends at an answer that took longer than its attempts waited', () => {
    const timeouts = Array(50).fill(timedOut(1_000));
    expect(runOfAll(...timeouts, { ...healthy, tookMs: 1_001 }).length).toBe(0);
    expect(runOfAll(...timeouts, { ...healthy, tookMs: 1_000 }).length).toBe(50);
    expect(runOfAll(...timeouts, timedOut(2_000), { ...healthy, tookMs: 1_001 }).length).toBe(51);
  });

  it('does not if one of its attempts failed otherwise', () => {
    const timeouts = Array(50).fill(timedOut(1_000));
    expect(runOfAll(...timeouts, failed, { ...healthy, tookMs: 60_000 }).length).toBe(51);
  });

  it('must last for 2 s', () => {
    expect(runOfAll(timedOut(5_000)).leastMs).toBe(2_000);
  });

  it('must last for three timeouts as well if answers came until its first one', () => {
    expect(runOfAll(timedOut(700, true), timedOut(900)).leastMs).toBe(2_700);
    expect(runOfAll(timedOut(100, true)).leastMs).toBe(2_000);
    expect(runOfAll(timedOut(700), timedOut(900, true)).leastMs).toBe(2_000);
  });

  it('must last for 2 s once an attempt has failed otherwise', () => {
    expect(runOfAll(timedOut(700, true), failed, timedOut(900, true)).leastMs).toBe(2_000);
  });

  it('forgets the timeouts of the run before', () => {
    const well = Array(6).fill(healthy);
    expect(runOfAll(timedOut(5_000, true), ...well, timedOut(700, true)).leastMs).toBe(2_100);
  });

  it('must last three times as long as the answer took that ended the run before, if it was one to a patient caller', () => {
    const patient = { ...healthy, tookMs: 6_000 };
    expect(runOfAll(timedOut(100), patient, timedOut(100)).leastMs).toBe(18_000);
    expect(runOfAll(timedOut(100), patient, timedOut(100), healthy, timedOut(100)).leastMs).toBe(2_000);
    expect(runOfAll(timedOut(100), patient, failed).leastMs).toBe(2_000);
  });
});
