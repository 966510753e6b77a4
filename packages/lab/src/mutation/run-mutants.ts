import type { Mutant } from './instrument.js';
import type { MutantRun, PlainFile } from './messages.js';
import type { PlannedRun } from './plan.js';
import { Worker } from './worker.js';

/** `unreached`: no test comes to the place. */
export type Outcome = 'killed' | 'endless' | 'survived' | 'unreached';

export interface Result {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
}

/**
 * Silence after which a process is in an endless loop that passes no mutated place: far more than its longest test
 * takes on a busy machine.
 */
const SILENCE_MS = 10_000;
const SILENCE_TIMES = 8;
/** New processes for a mutant, if what others have left behind makes its tests fail. */
const MOST_PROCESSES = 3;
const PLAIN_SILENCE_MS = 120_000;

/** Runs the tests without a mutant. @throws if one of them fails */
export async function runPlain(
  bundle: string,
  files: readonly string[],
  jobs: number,
  signal: AbortSignal,
): Promise<readonly PlainFile[]> {
  const plain: PlainFile[] = [];
  await inProcesses(bundle, jobs, files, async (worker, file) => {
    signal.throwIfAborted();
    const answer = await worker.ask({ plain: file }, PLAIN_SILENCE_MS);
    if (answer === undefined || !('plain' in answer)) throw new Error(`${file} does not end without a mutant`);
    plain.push(answer.plain);
  });
  const failures = plain.flatMap((file) => file.failures);
  if (failures.length > 0) throw new Error(`tests fail without a mutant:\n${failures.join('\n')}`);
  return plain;
}

/**
 * Runs each mutant in one of so many processes, in the given order. An interrupt ends it early.
 *
 * @param onResult - called as soon as the outcome of a mutant is known
 */
export async function runMutants(
  bundle: string,
  runs: readonly PlannedRun[],
  jobs: number,
  signal: AbortSignal,
  onResult: (result: Result, run: MutantRun) => void,
): Promise<void> {
  await inProcesses(bundle, jobs, runs, async (worker, planned) => {
    if (signal.aborted) return;
    onResult({ mutant: planned.mutant, outcome: await outcomeOf(worker, planned) }, planned.run);
  });
}

async function inProcesses<T>(
  bundle: string,
  jobs: number,
  items: readonly T[],
  work: (worker: Worker, item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const process = async (): Promise<void> => {
    const worker = new Worker(bundle);
    try {
      for (const item of waiting) await work(worker, item);
    } finally {
      worker.close();
    }
  };
  await Promise.all(Array.from({ length: jobs }, process));
}

async function outcomeOf(worker: Worker, { run, longestMs }: PlannedRun): Promise<Outcome> {
  if (run.tests.length === 0) return 'unreached';
  for (let processes = 0; processes < MOST_PROCESSES; processes++) {
    const answer = await worker.ask({ run }, SILENCE_MS + SILENCE_TIMES * longestMs);
    if (answer === undefined || !('verdict' in answer)) return 'endless';
    if (answer.verdict !== 'disordered') return answer.verdict;
    worker.close();
  }
  // A test that fails by itself now and then shows nothing: the score is rather too low than too high.
  return 'survived';
}
