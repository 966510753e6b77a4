import { Command, InvalidArgumentError } from 'commander';
import { type Effort, type SectionName, sectionNames } from './group.js';

export interface BenchOptions extends Effort {
  readonly only: readonly SectionName[];
  /** A file; true is standard output. */
  readonly json: string | true | undefined;
}

const about = `What Breakwater costs beside its peers: policy.execute, axios and got on the happy path, a rejection by an open circuit, memory and \
bundles. Each section runs in a process of its own, in which all libraries take turns in many rounds.`;

/** Ends the process where there is nothing to run: `--help`, or arguments that are wrong. */
export function readArguments(args: readonly string[]): BenchOptions {
  const options = new Command('npm run bench --')
    .description(about)
    .option('--only <sections>', `comma-separated, of ${sectionNames.join(', ')}`, parseSections, sectionNames)
    .option('--rounds <number>', 'rounds, instead of what each section takes to be steady', parseCount('round'))
    .option('--batch <number>', 'calls (or keys) a round, in the same way', parseCount('call'))
    .option('--cpu', 'time of the processor instead of the wall clock, for a machine that has other work', false)
    .option('--json [file]', 'all figures and samples as JSON, on standard output or in a file')
    .addHelpText(
      'after',
      '\nFigures are about the machine as it is just now: compare within a run, and let nothing else run.',
    )
    .allowExcessArguments(false)
    .parse(args, { from: 'user' })
    .opts<Partial<BenchOptions> & Pick<BenchOptions, 'only' | 'cpu'>>();
  return { rounds: undefined, batch: undefined, json: undefined, ...options };
}

/** @throws InvalidArgumentError, which commander puts into words. */
export function parseSections(text: string): readonly SectionName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !sectionNames.some((section) => section === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There are ${sectionNames.join(', ')}.`);
  return sectionNames.filter((name) => wanted.includes(name));
}

/** @throws InvalidArgumentError, which commander puts into words. */
export function parseCount(what: string): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
    throw new InvalidArgumentError(`It must be a whole number, and at least one ${what}.`);
  };
}
