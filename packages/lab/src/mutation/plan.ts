import { basename } from 'node:path';
import type { Mutant } from './instrument.js';
import type { MutantRun, PlainFile, PlainTest } from './messages.js';

/** A run of a mutant, and how long its longest test takes without it. */
export interface PlannedRun {
  readonly mutant: Mutant;
  readonly run: MutantRun;
  readonly longestMs: number;
}

interface Reach {
  readonly tests: Set<PlainTest>;
  readonly mostHits: number;
  readonly atLoad: boolean;
}

const nothing = (): Reach => ({ tests: new Set(), mostHits: 0, atLoad: false });

/** Passes of a place, compared with the most in one test without the mutant, that can only be an endless loop. */
const MANY_TIMES = 100;
const MANY_MORE = 1_000;
/** Passes of all places, compared with the most in one test, that can only be an endless loop. */
const MORE_STEPS = 10;
const STEPS = 1_000_000;

/**
 * Plans the runs: for each mutant the tests that reach it, the quick ones first, above all those of the test file with
 * the name of the source.
 */
export function planRuns(mutants: readonly Mutant[], files: readonly PlainFile[]): readonly PlannedRun[] {
  const reached = new Map<string, Reach>();
  const add = (id: string, hits: number, tests: readonly PlainTest[], atLoad: boolean): void => {
    const found = reached.get(id) ?? nothing();
    for (const test of tests) found.tests.add(test);
    const mostHits = Math.max(found.mostHits, hits);
    reached.set(id, { tests: found.tests, mostHits, atLoad: found.atLoad || atLoad });
  };
  for (const { tests, loadHits } of files) {
    for (const [id, hits] of loadHits) add(id, hits, tests, true);
    for (const test of tests) for (const [id, hits] of test.hits) add(id, hits, [test], false);
  }
  return mutants.map((mutant) => {
    const { tests, mostHits, atLoad } = reached.get(mutant.id) ?? nothing();
    const ordered = inOrder([...tests], mutant);
    return {
      mutant,
      run: {
        mutant: mutant.id,
        tests: ordered.map(({ file, index }) => ({ file, index })),
        hitLimit: mostHits * MANY_TIMES + MANY_MORE,
        stepLimit: Math.max(0, ...ordered.map(({ steps }) => steps)) * MORE_STEPS + STEPS,
        atLoad,
      },
      longestMs: Math.max(0, ...ordered.map(({ ms }) => ms)),
    };
  });
}

/** A test of the file's own kills so much more often than another that takes as long. */
const OWN_TESTS_FIRST = 5;
/**
 * Time for the tests of one mutant, those of the file's own counted as above. What the few that do not fit in would
 * notice besides counts as missed: a score is rather too low than too high.
 */
const BUDGET_MS = 1_000;

function inOrder(tests: readonly PlainTest[], { file }: Mutant): readonly PlainTest[] {
  const own = `/${basename(file, '.ts')}.test.ts`;
  const cost = (test: PlainTest): number => test.ms / (test.file.endsWith(own) ? OWN_TESTS_FIRST : 1);
  const inFile = new Map<string, number>();
  let spentMs = 0;
  return [...tests]
    .sort((one, other) => cost(one) - cost(other))
    .map((test) => {
      // Tests of one file are much alike: the more of them have run, the less another is worth its time.
      const before = inFile.get(test.file) ?? 0;
      inFile.set(test.file, before + 1);
      return { test, rank: cost(test) * (1 + before) };
    })
    .sort((one, other) => one.rank - other.rank)
    .filter(({ test }, index) => {
      spentMs += cost(test);
      return index === 0 || spentMs <= BUDGET_MS;
    })
    .map(({ test }) => test);
}
