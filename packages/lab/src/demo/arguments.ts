import { Command, InvalidArgumentError } from 'commander';

/** What the command line says. */
export interface DemoOptions {
  readonly seconds: number;
  readonly plain: boolean;
  readonly page: boolean;
}

const DEFAULT_SECONDS = 30;
const MIN_SECONDS = 1;
const MAX_SECONDS = 3_600;

const about = `Runs axios and got clients against a flaky server on loopback, with Breakwater and without it, side by side: \
through calm, brownout, outage, throttling and recovery. Shows what happens, then a table of both.`;

/** Ends the process where there is nothing to run: `--help`, or arguments that are wrong. */
export function readArguments(args: readonly string[]): DemoOptions {
  return new Command('npm run demo --')
    .description(about)
    .option('--plain', 'plain lines, as there are without a terminal or in a small one', false)
    .option('--page', 'show a policy on the live page instead, phase after phase, until Ctrl-C', false)
    .option('--seconds <number>', 'length of the run; the phases are stretched to it', parseSeconds, DEFAULT_SECONDS)
    .allowExcessArguments(false)
    .parse(args, { from: 'user' })
    .opts<DemoOptions>();
}

/** @throws InvalidArgumentError, which commander puts into words. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds;
  throw new InvalidArgumentError(`It must be a number from ${MIN_SECONDS} to ${MAX_SECONDS}.`);
}
