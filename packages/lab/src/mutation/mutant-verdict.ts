import type { MutantRun, TestId, Verdict } from './messages.js';
import { runTest, Stuck } from './run-test.js';
import { EndlessLoop, type Switches } from './switches.js';
import type { World } from './test-bundle.js';
import type { Test } from './test-host.js';

/** Mutants after which the modules are started anew: what they leave behind takes memory. */
const MANY_MUTANTS = 200;

/** Tries mutants one after the other. */
export interface MutantTrial {
  verdict(run: MutantRun): Promise<Verdict>;
}

/**
 * Makes a trial that keeps the modules from one mutant to the next, since a new start is slow. A mutant may leave
 * them in disorder, so a failed test counts only if it passes again without the mutant. Otherwise the mutant is tried
 * once more in new modules. Mutants of code that runs when it is loaded get new modules in any case.
 */
export function mutantTrial(start: () => World, switches: Switches, errorOf: ErrorOf): MutantTrial {
  let world: World | undefined;
  let mutants = 0;

  const tried = async (run: MutantRun, inWorld: World): Promise<Result> => {
    for (const id of run.tests) {
      const { file, index } = id;
      switches.hits = 0;
      switches.steps = 0;
      let error: unknown;
      let test: Test | undefined;
      try {
        // Modules are loaded without the mutant now, unless the mutant is in their loading.
        switches.active = run.atLoad ? run.mutant : '';
        test = inWorld(file)[index];
        switches.active = run.mutant;
        error = test && (await errorOf(test));
      } catch (loadError) {
        error = loadError;
      }
      const isEndless = switches.isEndless || error instanceof Stuck || error instanceof EndlessLoop;
      switches.active = '';
      switches.steps = 0;
      if (isEndless) return { verdict: 'endless', test: undefined, failed: undefined };
      if (error !== undefined) return { verdict: 'killed', test, failed: id };
    }
    return { verdict: 'survived', test: undefined, failed: undefined };
  };

  // In new modules and without the mutant, the test passes, or it is not the mutant that it fails by.
  const sure = async ({ verdict, failed }: Result, run: MutantRun): Promise<Verdict> => {
    const clean = failed === undefined ? undefined : await tried({ ...run, mutant: '', tests: [failed] }, start());
    return clean === undefined || clean.verdict === 'survived' ? verdict : 'disordered';
  };

  return {
    async verdict(run) {
      switches.hitLimit = run.hitLimit;
      switches.stepLimit = run.stepLimit;
      if (run.atLoad) {
        switches.active = run.mutant;
        world = undefined;
        return sure(await tried(run, start()), run);
      }
      if (world === undefined || ++mutants % MANY_MUTANTS === 0) world = start();
      const first = await tried(run, world);
      if (first.verdict === 'survived') return 'survived';
      if (first.test !== undefined && (await errorOf(first.test)) === undefined) return first.verdict;
      world = start();
      return first.verdict === 'endless' ? 'endless' : sure(await tried(run, start()), run);
    },
  };
}

export type ErrorOf = (test: Test) => Promise<unknown>;

interface Result {
  readonly verdict: Verdict;
  /** The test that failed. */
  readonly test: Test | undefined;
  readonly failed: TestId | undefined;
}

/** Runs a test and returns what it fails with; undefined if it passes. */
export async function errorOfTest(test: Test): Promise<unknown> {
  try {
    await runTest(test);
    return undefined;
  } catch (error) {
    return error ?? new Error('the test threw nothing');
  }
}
