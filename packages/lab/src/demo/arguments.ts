import { numberBetween } from '../harness/numbers.js';
import { program } from '../harness/program.js';

/** Options of the command line. */
export interface DemoOptions {
  readonly seconds: number;
  readonly plain: boolean;
  readonly page: boolean;
  /** A file for a picture of the run. */
  readonly picture: string | undefined;
}

const DEFAULT_SECONDS = 30;
const MIN_SECONDS = 1;
const MAX_SECONDS = 3_600;

const about = `Runs axios and got clients against a flaky server on loopback, with Breakwater and without it, side by side: \
through calm, brownout, outage, throttling and recovery. Shows what happens, then a table of both.`;

/** Reads the command line. @throws CommanderError for `--help` and for wrong arguments */
export function readArguments(args: readonly string[]): DemoOptions {
  const options = program('demo', about)
    .option('--plain', 'plain lines, as there are without a terminal or in a small one', false)
    .option('--page', 'show a policy on the live page instead, phase after phase, until Ctrl-C', false)
    .option('--picture <file>', 'writes a picture of the run, as SVG')
    .option(
      '--seconds <number>',
      'length of the run; the phases are stretched to it',
      numberBetween(MIN_SECONDS, MAX_SECONDS),
      DEFAULT_SECONDS,
    )
    .parse(args, { from: 'user' })
    .opts<Omit<DemoOptions, 'picture'> & Partial<DemoOptions>>();
  return { picture: undefined, ...options };
}
