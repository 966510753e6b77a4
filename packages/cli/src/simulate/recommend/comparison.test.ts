import { expect, test } from '@jest/globals';
import type { Outcome } from '../outcome.js';
import { distance, isCloser, meetsAll, metGoals, pairedDifference } from './comparison.js';
import { goalsIn } from './goals.js';

const goals = goalsIn('success>90%,p95<1s');

/** One scenario for each list, with a run for each success. */
function trial(...successes: readonly (readonly number[])[]) {
  return successes.map((runs) =>
    runs.map(
      (success): Outcome => ({
        calls: 100,
        success,
        failed: 1 - success,
        refused: 0,
        p50Ms: 10,
        p95Ms: 500,
        p99Ms: 900,
        attemptsPerCall: 1,
        peakPerSecond: 10,
        recoveryMs: undefined,
        logLines: 0,
        phases: [],
        clients: [],
        series: { columnMs: 1, calls: [], answered: [], refused: [], attempts: [] },
      }),
    ),
  );
}

test('a run is compared with its own counterpart, so that luck common to both does not count', () => {
  expect(pairedDifference([1, 5, 9], [0, 4, 8])).toEqual({ mean: 1, error: 0 });
  const { error, mean } = pairedDifference([1, 5, 9], [2, 4, 8]);
  expect(mean).toBeCloseTo(1 / 3, 12);
  expect(error).toBeCloseTo(Math.sqrt(4 / 3 / 3), 12);
  expect(pairedDifference([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY])).toEqual({ mean: 0, error: 0 });
});

test('goals are met in the mean of the seeds, in each scenario', () => {
  expect([...metGoals(trial([0.95, 0.87], [0.5, 0.5]), goals)]).toEqual(['0 success>90%', '0 p95<1s', '1 p95<1s']);
  expect(meetsAll(trial([0.95, 0.95]), goals)).toBe(true);
  expect(meetsAll(trial([0.95, 0.95], [0.5, 0.5]), goals)).toBe(false);
  expect(distance(trial([0.95, 0.95]), goals)).toBe(0);
});

test('is closer only by more than chance', () => {
  expect(isCloser(trial([0.7, 0.8, 0.75]), trial([0.6, 0.7, 0.65]), goals)).toBe(true);
  // However much the gains differ, there is one in each run.
  expect(isCloser(trial([0.65, 0.88]), trial([0.6, 0.1]), goals)).toBe(true);
  expect(isCloser(trial([0.9, 0.5, 0.7]), trial([0.6, 0.7, 0.65]), goals)).toBe(false);
  expect(isCloser(trial([0.6, 0.7, 0.65]), trial([0.7, 0.8, 0.75]), goals)).toBe(false);
});

test('is closer only by a hundredth, unless one more goal is met', () => {
  expect(isCloser(trial([0.6001, 0.6001]), trial([0.6, 0.6]), goals)).toBe(false);
  expect(isCloser(trial([0.9002, 0.9002]), trial([0.8998, 0.8998]), goals)).toBe(true);
  expect(isCloser(trial([0.9004, 0.9004]), trial([0.9002, 0.9002]), goals)).toBe(false);
});
