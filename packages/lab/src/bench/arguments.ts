import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../harness/numbers.js';
import { program } from '../harness/program.js';
import { type Effort, type SectionName, sectionNames } from './group.js';

export interface BenchOptions extends Effort {
  readonly only: readonly SectionName[];
  /** A file; true is standard output. */
  readonly json: string | true | undefined;
  /** Majors of Node that measure beside the one that runs this. */
  readonly node: readonly number[];
  /** Puts the figures into the page of the documentation. */
  readonly writeDocs: boolean;
}

const about = `Measures what Breakwater costs beside its peers: policy.execute, axios and got on the happy path, a rejection by an open circuit, OpenTelemetry, \
what a call allocates, memory, a bad day, and bundles. Each section runs in a process of its own, in which all libraries take turns in many rounds.`;

const MAX_COUNT = 1_000_000_000;

/** Reads the command line. @throws CommanderError for `--help` and for wrong arguments */
export function readArguments(args: readonly string[]): BenchOptions {
  const options = program('bench', about)
    .option('--only <sections>', `comma-separated, of ${sectionNames.join(', ')}`, parseSections, sectionNames)
    .option(
      '--rounds <number>',
      'rounds, instead of the number that is steady for a section',
      wholeNumber(1, MAX_COUNT),
    )
    .option('--batch <number>', 'calls (or keys) a round, in the same way', wholeNumber(1, MAX_COUNT))
    .option('--cpu', 'time of the processor instead of the wall clock, for a machine that has other work', false)
    .option('--json [file]', 'all figures and samples as JSON, on standard output or in a file')
    .option('--node <majors>', 'releases of Node that measure as well, side by side: "24" or "22,24"', parseNodes, [])
    .option('--write-docs', 'puts the figures, with machine and versions, into the page of the documentation', false)
    .addHelpText(
      'after',
      '\nFigures are about the machine as it is just now: compare within a run, and let nothing else run.',
    )
    .parse(args, { from: 'user' })
    .opts<Partial<BenchOptions> & Pick<BenchOptions, 'only' | 'cpu' | 'node' | 'writeDocs'>>();
  return { rounds: undefined, batch: undefined, json: undefined, ...options };
}

/** Parses a comma-separated list of sections. @throws InvalidArgumentError, which the command line puts into words */
export function parseSections(text: string): readonly SectionName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !sectionNames.some((section) => section === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There are ${sectionNames.join(', ')}.`);
  return sectionNames.filter((name) => wanted.includes(name));
}

/**
 * Parses a comma-separated list of majors of Node. @throws InvalidArgumentError, which the command line puts into words
 */
export function parseNodes(text: string): readonly number[] {
  const majors = text.split(',').map(Number);
  if (majors.some((major) => !Number.isInteger(major) || major < 20)) {
    throw new InvalidArgumentError('They must be whole numbers from 20.');
  }
  return majors;
}
