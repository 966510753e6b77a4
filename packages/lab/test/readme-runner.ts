// Runs the examples whose files it is given, one after the other, and sends their parent what became of each.
import { format } from 'node:util';
import { answerForHosts } from './readme-hosts.js';

/** Result of one example. */
export interface ExampleResult {
  readonly file: string;
  readonly printed: readonly string[];
  /** Stacks of thrown values, and of unhandled rejections. */
  readonly problems: readonly string[];
}

const LONGEST_MS = 10_000;

for (const file of process.argv.slice(2)) {
  process.send?.(await run(file));
}
process.disconnect?.();

async function run(file: string): Promise<ExampleResult> {
  const printed: string[] = [];
  const problems: string[] = [];
  const noteProblem = (error: unknown): void => {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : format(error));
  };
  const { log } = console;
  console.log = (...values: unknown[]) => {
    printed.push(format(...values));
  };
  process.on('unhandledRejection', noteProblem);
  process.on('uncaughtException', noteProblem);
  answerForHosts();
  try {
    await Promise.race([import(file), tooLong()]);
    // Rejections are reported after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    noteProblem(error);
  }
  process.off('unhandledRejection', noteProblem);
  process.off('uncaughtException', noteProblem);
  console.log = log;
  return { file, printed, problems };
}

function tooLong(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`takes longer than ${LONGEST_MS} ms`)), LONGEST_MS).unref();
  });
}
