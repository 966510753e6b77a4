import { Option } from 'commander';
import { wholeNumber } from '../harness/numbers.js';
import { program } from '../harness/program.js';
import { type ClientName, clientNames } from './client.js';

/** Options of the command line. */
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
under way, nothing may be left: no socket, timer, slot or permit, no memory that grows. Ends with 1 if something is.`;

/** Reads the command line. @throws CommanderError for `--help` and for wrong arguments */
export function readArguments(args: readonly string[]): SoakOptions {
  const { client, ...options } = program('soak', about)
    .option('--calls <number>', 'calls of each client', wholeNumber(1, MAX_CALLS), DEFAULT_CALLS)
    .addOption(new Option('--client <name>', 'whose calls').choices([...clientNames, 'both']).default('both'))
    .option('--seed <number>', 'what the mix of calls is drawn from', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--json <file>', 'writes all figures')
    .parse(args, { from: 'user' })
    .opts<{ calls: number; client: ClientName | 'both'; seed: number; json?: string }>();
  return { json: undefined, ...options, clients: client === 'both' ? clientNames : [client] };
}
