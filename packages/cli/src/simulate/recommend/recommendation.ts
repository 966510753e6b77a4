import type { PolicyOptions } from '@breakwater/core';
import { type Bench, meansOf, type Trial } from './bench.js';
import { isCloser, meetsAll, pairedDifference } from './comparison.js';
import { type FigureName, figures, type Goal, meets } from './goals.js';
import { type Change, changed, knobsFor, settingAt } from './knobs.js';
import { search } from './search.js';

/** Settings for goals, with the reasons, and their results with seeds that the search has not used. */
export interface Recommendation {
  /** `keep`: the policy that the search began with is best. `defaults`: it is not, but the defaults are. */
  readonly verdict: 'keep' | 'change' | 'defaults';
  /** `not-confirmed`: the improvement did not appear with the held-out seeds. */
  readonly reason: 'meets-all' | 'closer' | 'nothing-better' | 'not-confirmed';
  readonly changes: readonly ReasonedChange[];
  /** Changes found by the search that the held-out seeds did not confirm. */
  readonly dropped: readonly Change[];
  readonly tried: number;
  readonly checks: readonly Check[];
}

/** One change, and its effect on top of those before it. */
export interface ReasonedChange extends Change {
  readonly from: unknown;
  /** Goals that it meets, and others that it approaches. */
  readonly met: readonly Effect[];
  readonly closer: readonly Effect[];
  /** Figures that it makes worse, the worst first. */
  readonly tradeOffs: readonly Effect[];
}

export interface Effect {
  readonly scenario: string;
  /** A goal as written, or a figure. */
  readonly what: string;
  readonly figure: FigureName;
  readonly before: number;
  readonly after: number;
}

/** A goal in a scenario, with the held-out seeds. */
export interface Check extends Effect {
  readonly metBefore: boolean;
  readonly metAfter: boolean;
  /** Value with the defaults; absent if the search begins with them. */
  readonly defaults?: number;
  /** Two standard errors of the difference. */
  readonly uncertainty: number;
}

export interface RecommendationRules {
  readonly start: PolicyOptions;
  /** Set if the search does not begin with them. */
  readonly defaults?: PolicyOptions | undefined;
  readonly goals: readonly Goal[];
  readonly seeds: readonly number[];
  /** Seeds that the search does not use. */
  readonly heldOut: readonly number[];
  readonly onProgress?: (text: string) => void;
}

/** Searches for settings, and judges them with other seeds. */
export async function recommend(bench: Bench, rules: RecommendationRules): Promise<Recommendation> {
  const { goals, heldOut, seeds, start } = rules;
  const knobs = knobsFor(
    goals,
    bench.scenarios.map(({ scenario }) => scenario),
  );
  const found = await search(bench, { ...rules, knobs });
  rules.onProgress?.(`seeds ${heldOut.join(', ')}`);
  const others = rules.defaults === undefined ? [] : [rules.defaults];
  const [before = [], after = [], defaults] = await bench.trials([start, found.policy, ...others], heldOut);
  const isConfirmed = found.changes.length > 0 && isCloser(after, before, goals);
  const best = isConfirmed ? after : before;
  const { changes, tried } = found;
  if (defaults !== undefined && isCloser(defaults, best, goals)) {
    const checks = checksOf(bench, goals, before, defaults, defaults);
    return { verdict: 'defaults', reason: reasonOf(defaults, goals), changes: [], dropped: changes, tried, checks };
  }
  const checks = checksOf(bench, goals, before, best, defaults);
  if (!isConfirmed) {
    const reason = changes.length > 0 ? 'not-confirmed' : meetsAll(before, goals) ? 'meets-all' : 'nothing-better';
    return { verdict: 'keep', reason, changes: [], dropped: changes, tried, checks };
  }
  const reasoned = await reasonsFor(bench, goals, seeds, start, changes);
  return { verdict: 'change', reason: reasonOf(after, goals), changes: reasoned, dropped: [], tried, checks };
}

function reasonOf(trial: Trial, goals: readonly Goal[]): 'meets-all' | 'closer' {
  return meetsAll(trial, goals) ? 'meets-all' : 'closer';
}

/** Returns the effects of each change, on top of those before it. */
async function reasonsFor(
  bench: Bench,
  goals: readonly Goal[],
  seeds: readonly number[],
  start: PolicyOptions,
  changes: readonly Change[],
): Promise<ReasonedChange[]> {
  const steps = changes.map((_, index) => changed(start, changes.slice(0, index + 1)) ?? start);
  const trials = await bench.trials([start, ...steps], seeds);
  return changes.map((change, index) => {
    const [before = [], after = []] = [trials[index], trials[index + 1]];
    const effects = effectsOf(bench, goals, before, after);
    return {
      ...change,
      from: settingAt(steps[index - 1] ?? start, change.option),
      met: effects.filter(({ goal, isMet, wasMet }) => goal !== undefined && isMet && !wasMet).map(plainEffect),
      closer: effects
        .filter(({ goal, isMet, isWorse, isNotable }) => goal !== undefined && !isMet && isNotable && !isWorse)
        .map(plainEffect),
      tradeOffs: effects
        .filter(({ goal, isNotable, isWorse }) => goal === undefined && isNotable && isWorse)
        .sort((one, other) => other.size - one.size)
        .slice(0, MOST_TRADE_OFFS)
        .map(plainEffect),
    };
  });
}

const MOST_TRADE_OFFS = 3;
/** Least notable effect: half a point of a share, a twentieth of anything else. */
const NOTABLE_SHARE = 0.005;
const NOTABLE_RATIO = 0.05;

/** Returns the effects on each goal, and on each figure of each scenario. */
function effectsOf(bench: Bench, goals: readonly Goal[], before: Trial, after: Trial) {
  const names = Object.keys(figures) as FigureName[];
  const subjects = [
    ...goals.map((goal) => ({ goal, figure: goal.figure })),
    ...names.map((figure) => ({ goal: undefined, figure })),
  ];
  return bench.scenarios.flatMap(({ name: scenario }, index) =>
    subjects.map(({ goal, figure }) => {
      const { better, of, unit } = figures[figure];
      const [old = [], now = []] = [before[index], after[index]];
      const [was, is] = [meanFigure(old, figure), meanFigure(now, figure)];
      const { error } = pairedDifference(now.map(of), old.map(of));
      const change = is === was ? 0 : is - was;
      const size = unit === 'share' ? Math.abs(change) : relative(change, was);
      return {
        goal,
        scenario,
        what: goal?.text ?? figure,
        figure,
        before: was,
        after: is,
        size,
        wasMet: goal !== undefined && meets(goal, was),
        isMet: goal !== undefined && meets(goal, is),
        isWorse: change !== 0 && change > 0 === (better === 'lower'),
        // If a value is never reached, its error is not a number, and the effect is certain.
        isNotable: size > (unit === 'share' ? NOTABLE_SHARE : NOTABLE_RATIO) && !(Math.abs(change) <= 2 * error),
      };
    }),
  );
}

function checksOf(
  bench: Bench,
  goals: readonly Goal[],
  before: Trial,
  after: Trial,
  defaults: Trial | undefined,
): Check[] {
  return bench.scenarios.flatMap(({ name: scenario }, index) =>
    goals.map((goal) => {
      const { figure, text } = goal;
      const [old = [], now = []] = [before[index], after[index]];
      const values = { before: meanFigure(old, figure), after: meanFigure(now, figure) };
      const { error } = pairedDifference(now.map(figures[figure].of), old.map(figures[figure].of));
      return {
        scenario,
        what: text,
        figure,
        ...values,
        metBefore: meets(goal, values.before),
        metAfter: meets(goal, values.after),
        ...(defaults !== undefined && { defaults: meanFigure(defaults[index] ?? [], figure) }),
        uncertainty: 2 * error,
      };
    }),
  );
}

function plainEffect({ after, before, figure, scenario, what }: Effect): Effect {
  return { scenario, what, figure, before, after };
}

function meanFigure(runs: Trial[number], figure: FigureName): number {
  const [mean] = runs.length === 0 ? [] : meansOf([runs]);
  return mean === undefined ? 0 : figures[figure].of(mean);
}

function relative(change: number, was: number): number {
  if (was === Number.POSITIVE_INFINITY || was === 0) return Math.abs(change) > 0 ? Number.POSITIVE_INFINITY : 0;
  return Math.abs(change) / was;
}
