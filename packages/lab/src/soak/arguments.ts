import { Command, InvalidArgumentError, Option } from 'commander';
import { type ClientName, clientNames } from './client.js';

/** What the command line says. */
export interface SoakOptions {
  /** Of each client. */
  readonly calls: number;
  readonly clients: readonly ClientName[];
  readonly seed: number;
  /** A file for all figures. */
  readonly json: string | undefined;
}

const DEFAULT_CALLS = 1_000_000;
const MAX_CALLS = 100_000_000;

const about = `Makes very many calls through axios and through got, each under policies of its own, to a server on loopback that answers, fails, \
stalls and breaks off in all ways; retries, redirects, streams, and aborts in every phase of a call. Between rounds, when no call is \
under way, nothing may be left: no socket, timer, place or permit, no memory that grows. Ends with 1 where something is.`;

/** Ends the process where there is nothing to run: `--help`, or arguments that are wrong. */
export function readArguments(args: readonly string[]): SoakOptions {
  const { client, ...options } = new Command('npm run soak --')
    .description(about)
    .option('--calls <number>', 'calls of each client', wholeNumber(1, MAX_CALLS), DEFAULT_CALLS)
    .addOption(new Option('--client <name>', 'whose calls').choices([...clientNames, 'both']).default('both'))
    .option('--seed <number>', 'what the mix of calls is drawn from', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--json <file>', 'writes all figures')
    .allowExcessArguments(false)
    .parse(args, { from: 'user' })
    .opts<{ calls: number; client: ClientName | 'both'; seed: number; json?: string }>();
  return { json: undefined, ...options, clients: client === 'both' ? clientNames : [client] };
}

/** @throws InvalidArgumentError, which commander puts into words. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
