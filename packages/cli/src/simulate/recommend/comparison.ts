import type { Outcome } from '../outcome.js';
import { meansOf, type Trial } from './bench.js';
import { figures, type Goal, meets, shortfall } from './goals.js';

/**
 * Difference of two trials with the same seeds, and its standard error. Each run is compared with its own counterpart.
 */
interface Difference {
  readonly mean: number;
  readonly error: number;
}

/** Returns the distance of a trial from the goals: the mean over scenarios and seeds, 0 if each run meets each goal. */
export function distance(trial: Trial, goals: readonly Goal[]): number {
  return mean(trial.map((runs) => mean(runs.map((run) => distanceOf(run, goals)))));
}

/** Returns the scenarios and goals that a trial meets, in the mean over its seeds, as `0 p95<800ms`. */
export function metGoals(trial: Trial, goals: readonly Goal[]): ReadonlySet<string> {
  return new Set(
    meansOf(trial).flatMap((outcome, scenario) =>
      goals.filter((goal) => meets(goal, figures[goal.figure].of(outcome))).map(({ text }) => `${scenario} ${text}`),
    ),
  );
}

export function meetsAll(trial: Trial, goals: readonly Goal[]): boolean {
  return metGoals(trial, goals).size === trial.length * new Set(goals.map(({ text }) => text)).size;
}

/**
 * Tells if a trial is closer to the goals than another one, by more than chance and by enough to justify a setting: a
 * hundredth of a missed figure, or one more goal met. It is not chance if no run is farther than its counterpart, or if
 * the mean gain is at least two standard errors.
 */
export function isCloser(to: Trial, from: Trial, goals: readonly Goal[]): boolean {
  const { error, mean: gain } = difference(from, to, (run) => distanceOf(run, goals));
  if (gain <= 0 || (gain <= 2 * error && hasFartherRun(to, from, goals))) return false;
  const [before, after] = [metGoals(from, goals), metGoals(to, goals)];
  const isMore = after.size > before.size && [...before].every((goal) => after.has(goal));
  return gain > LEAST_GAIN || isMore;
}

function hasFartherRun(to: Trial, from: Trial, goals: readonly Goal[]): boolean {
  return to.some((runs, scenario) =>
    runs.some((run, index) => {
      const counterpart = from[scenario]?.[index];
      return counterpart !== undefined && distanceOf(run, goals) > distanceOf(counterpart, goals);
    }),
  );
}

/** Returns the first trial minus the second, over all scenarios. */
function difference(one: Trial, other: Trial, of: (run: Outcome) => number): Difference {
  const perScenario = one.map((runs, scenario) => pairedDifference(runs.map(of), (other[scenario] ?? []).map(of)));
  const squares = perScenario.reduce((sum, { error }) => sum + error * error, 0);
  return { mean: mean(perScenario.map((own) => own.mean)), error: Math.sqrt(squares) / perScenario.length };
}

/** Returns the values minus their counterparts. With a single pair the error is unknown, and taken as 0. */
export function pairedDifference(values: readonly number[], counterparts: readonly number[]): Difference {
  const differences = values.map((value, index) =>
    value === counterparts[index] ? 0 : value - (counterparts[index] ?? 0),
  );
  const middle = mean(differences);
  const squares = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const { length } = differences;
  return { mean: middle, error: length < 2 ? 0 : Math.sqrt(squares / (length - 1) / length) };
}

const LEAST_GAIN = 0.01;

function distanceOf(run: Outcome, goals: readonly Goal[]): number {
  return goals.reduce((sum, goal) => sum + shortfall(goal, figures[goal.figure].of(run)), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
