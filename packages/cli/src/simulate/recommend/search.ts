import type { PolicyOptions } from '@breakwater/core';
import { type Bench, meansOf, type Trial } from './bench.js';
import { distance, isCloser, meetsAll, metGoals } from './comparison.js';
import type { Goal } from './goals.js';
import { type Change, changed } from './knobs.js';

/** A policy, as changes of the one with which a search begins. */
export interface Candidate {
  readonly changes: readonly Change[];
  readonly policy: PolicyOptions;
}

/** Result of a search. It has no changes if nothing that was tried is closer to the goals. */
export interface Found extends Candidate {
  /** Number of policies that were tried. */
  readonly tried: number;
}

/** Rules of a search. */
export interface SearchRules {
  readonly start: PolicyOptions;
  readonly goals: readonly Goal[];
  readonly knobs: readonly Change[];
  readonly seeds: readonly number[];
  readonly onProgress?: (text: string) => void;
}

/**
 * Changes one option after the other, each time the one that comes closest to the goals, until all are met or no change
 * helps by more than chance. Finally takes back each change that is not needed.
 */
export async function search(
  bench: Bench,
  { goals, knobs, onProgress = () => {}, seeds, start }: SearchRules,
): Promise<Found> {
  let best: Candidate = { changes: [], policy: start };
  let pool = knobs;
  let tried = 0;
  for (let round = 1; round <= MOST_CHANGES; round += 1) {
    const bestTrial = await bench.trial(best.policy, seeds);
    if (meetsAll(bestTrial, goals)) break;
    const candidates = pool.flatMap((knob) => candidateWith(start, best.changes, knob) ?? []);
    const { order, next } = await closest(bench, candidates, goals, seeds, (begun, all) =>
      onProgress(`round ${round}, ${begun} of ${all}`),
    );
    tried += candidates.length;
    if (next === undefined || !isCloser(next.trial, bestTrial, goals)) break;
    best = next.candidate;
    pool = order.slice(0, Math.ceil(order.length * KEPT)).flatMap(({ changes }) => changes.at(-1) ?? []);
  }
  return { ...(await withoutNeedless(bench, best, start, goals, seeds)), tried };
}

const MOST_CHANGES = 4;
/**
 * Number of candidates that are played with all seeds, and share of the changes that are tried again in the next round.
 */
const FINALISTS = 5;
const KEPT = 0.4;

/**
 * Returns a candidate. Changes come after those that they replace: a change of `limit` replaces one of
 * `limit.minConcurrency`.
 */
function candidateWith(start: PolicyOptions, changes: readonly Change[], knob: Change): Candidate | undefined {
  const isReplaced = ({ option }: Change) =>
    `${option}.`.startsWith(`${knob.option}.`) || knob.option.startsWith(`${option}.`);
  const all = [...changes.filter((change) => !isReplaced(change)), knob];
  if (changes.some(({ option, value }) => option === knob.option && value === knob.value)) return undefined;
  const policy = changed(start, all);
  return policy && { changes: all, policy };
}

/** Ranks all candidates by the first seed, then the best few by all seeds. */
async function closest(
  bench: Bench,
  candidates: readonly Candidate[],
  goals: readonly Goal[],
  seeds: readonly number[],
  onBegin: (begun: number, all: number) => void,
) {
  const ranked = async (some: readonly Candidate[], some_seeds: readonly number[], on?: typeof onBegin) => {
    const trials = await bench.trials(
      some.map(({ policy }) => policy),
      some_seeds,
      on,
    );
    return some
      .map((candidate, index) => ({
        candidate,
        trial: trials[index] ?? [],
        missed: distance(trials[index] ?? [], goals),
      }))
      .sort((one, other) => one.missed - other.missed);
  };
  const order = (await ranked(candidates, seeds.slice(0, 1), onBegin)).map(({ candidate }) => candidate);
  const finalists = await ranked(order.slice(0, FINALISTS), seeds);
  const least = finalists[0]?.missed ?? 0;
  // Of those that are equally close, the one that answers most, then the one that sends least.
  const [next] = finalists
    .filter(({ missed }) => missed - least < AS_CLOSE)
    .sort(
      (one, other) =>
        total(other.trial, 'success') - total(one.trial, 'success') ||
        total(one.trial, 'attemptsPerCall') - total(other.trial, 'attemptsPerCall'),
    );
  return { order, next };
}

const AS_CLOSE = 0.01;

function total(trial: Trial, of: 'success' | 'attemptsPerCall'): number {
  return meansOf(trial).reduce((sum, outcome) => sum + outcome[of], 0);
}

async function withoutNeedless(
  bench: Bench,
  found: Candidate,
  start: PolicyOptions,
  goals: readonly Goal[],
  seeds: readonly number[],
): Promise<Candidate> {
  let best = found;
  for (const change of found.changes) {
    const changes = best.changes.filter((other) => other !== change);
    const policy = changes.length === 0 ? undefined : changed(start, changes);
    if (policy === undefined) continue;
    const [without, own] = await bench.trials([policy, best.policy], seeds);
    if (without === undefined || own === undefined || isCloser(own, without, goals)) continue;
    const kept = metGoals(without, goals);
    if ([...metGoals(own, goals)].every((goal) => kept.has(goal))) best = { changes, policy };
  }
  return best;
}
