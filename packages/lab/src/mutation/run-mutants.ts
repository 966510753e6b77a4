import type { Mutant } from './instrument.js';
import type { PlainFile } from './messages.js';
import type { PlannedRun } from './plan.js';
import { Worker } from './worker.js';

/** `unreached`: no test comes to the place. */
export type Outcome = 'killed' | 'endless' | 'survived' | 'unreached';

export interface Result {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
}

/** Silence after which a process is in an endless loop: far more than its longest test takes on a busy machine. */
const SILENCE_MS = 3_000;
const SILENCE_TIMES = 8;
/** New processes for a mutant, if what others have left behind makes its tests fail. */
const MOST_PROCESSES = 3;
const PLAIN_SILENCE_MS = 120_000;

/** Runs the tests without a mutant. @throws if one of them fails */
export async function runPlain(
  bundle: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly PlainFile[]> {
  const worker = new Worker(bundle);
  const plain: PlainFile[] = [];
  try {
    for (const file of files) {
      signal.throwIfAborted();
      const answer = await worker.ask({ plain: file }, PLAIN_SILENCE_MS);
      if (answer === undefined || !('plain' in answer)) throw new Error(`${file} does not end without a mutant`);
      plain.push(answer.plain);
    }
  } finally {
    worker.close();
  }
  const failures = plain.flatMap((file) => file.failures);
  if (failures.length > 0) throw new Error(`tests fail without a mutant:\n${failures.join('\n')}`);
  return plain;
}

/** Runs each mutant in one of so many processes. An interrupt ends it early. */
export async function runMutants(
  bundle: string,
  runs: readonly PlannedRun[],
  jobs: number,
  signal: AbortSignal,
  onResult: (done: number) => void,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = runs.values();
  const work = async (): Promise<void> => {
    const worker = new Worker(bundle);
    try {
      for (const planned of waiting) {
        if (signal.aborted) break;
        results.push({ mutant: planned.mutant, outcome: await outcomeOf(worker, planned) });
        onResult(results.length);
      }
    } finally {
      worker.close();
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results.sort((one, other) => Number(one.mutant.id) - Number(other.mutant.id));
}

async function outcomeOf(worker: Worker, { run, longestMs }: PlannedRun): Promise<Outcome> {
  if (run.tests.length === 0) return 'unreached';
  for (let processes = 0; processes < MOST_PROCESSES; processes++) {
    const answer = await worker.ask({ run }, SILENCE_MS + SILENCE_TIMES * longestMs);
    if (answer === undefined || !('verdict' in answer)) return 'endless';
    if (answer.verdict !== 'disordered') return answer.verdict;
    worker.close();
  }
  throw new Error(`the tests of mutant ${run.mutant} fail without it, in a new process too`);
}
