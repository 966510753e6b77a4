import { InvalidArgumentError } from 'commander';
import { numberBetween, wholeNumber } from '../harness/numbers.js';
import { program } from '../harness/program.js';

export interface MutationOptions {
  /** Globs of source files, relative to `packages/core/src`. */
  readonly file: readonly string[];
  readonly survivors: boolean;
  /** Tries files again whose results are kept from an earlier run. */
  readonly fresh: boolean;
  /** Lowest score that is well, in percent. */
  readonly min: number;
  readonly jobs: number;
}

const about = `Makes small mistakes in the sources of core, one at a time, and runs the tests that reach each of them. A mistake that no test \
notices is a survivor: a missing test, or a change that changes nothing.

The results of each file are kept in node_modules/.cache until its text changes, or a test file that reaches it, or a test file is added. \
A run that was interrupted goes on at the next file. A change of another source is not looked at: --fresh tries all again.`;

const defaults: MutationOptions = { file: ['**'], survivors: false, fresh: false, min: 85, jobs: 2 };

/** Reads the command line. @throws CommanderError for `--help` and for wrong arguments */
export function readArguments(args: readonly string[]): MutationOptions {
  const options = program('mutation', about)
    .option('--file <glob...>', 'sources in packages/core/src, such as retry/budget.ts or "limit/**"', globs)
    .option('--survivors', 'each survivor by file and line, with what stood there instead')
    .option('--fresh', 'try again what is unchanged since an earlier run')
    .option('--min <percent>', 'the score below which the exit code is 1', numberBetween(0, 100))
    .option('--jobs <number>', 'processes side by side', wholeNumber(1, 64))
    .addHelpText('after', `\nDefaults: --min ${defaults.min} --jobs ${defaults.jobs}, all files.`)
    .parse(args, { from: 'user' })
    .opts<Partial<MutationOptions>>();
  return { ...defaults, ...options };
}

function globs(text: string, before: readonly string[] | undefined): readonly string[] {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return [...(before ?? []), text.replace(/^(?:packages\/core\/)?src\//, '')];
}
