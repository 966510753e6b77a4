import { parseArgs } from 'node:util';
import type { PolicyOptions } from '@breakwater/core';

export interface Command {
  readonly seeds: readonly number[];
  /** Names of families, or the beginnings of names. */
  readonly families: readonly string[];
  /** Shapes per family with parameters drawn at random, instead of the family's own. */
  readonly samples: number | undefined;
  readonly sampleSeed: number;
  readonly policy: PolicyOptions;
  readonly failuresOnly: boolean;
  readonly list: boolean;
}

export const HELP = `Usage: npm run no-harm -w packages/simulator -- [options]

Plays partial failures to the default policy, to no library and to retries alone, and judges the first by the rule of doing no harm.

  --family <names>   families, comma-separated; the beginning of a name is enough  (default: all)
  --seeds <numbers>  comma-separated, or a range such as 101-105                   (default: 1-3)
  --samples <n>      n shapes per family with parameters drawn at random           (default: the family's own shapes)
  --sample-seed <n>  names the random parameters                                   (default: 1)
  --policy <json>    options for the policy, such as '{"limit":false}'             (default: {})
  --failures         prints only the shapes that fail
  --list             prints the families
  --help             prints this text

Exits with 1 if a rule does not hold.`;

/** @throws TypeError or RangeError for arguments that cannot be understood, naming them. */
export function parseCommand(args: readonly string[]): Command | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      family: { type: 'string', default: '' },
      seeds: { type: 'string', default: '1-3' },
      samples: { type: 'string' },
      'sample-seed': { type: 'string', default: '1' },
      policy: { type: 'string', default: '{}' },
      failures: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    seeds: seedsOf(values.seeds),
    families: values.family.split(',').filter((name) => name !== ''),
    samples: values.samples === undefined ? undefined : integer('samples', values.samples),
    sampleSeed: integer('sample-seed', values['sample-seed']),
    policy: JSON.parse(values.policy) as PolicyOptions,
    failuresOnly: values.failures,
    list: values.list,
  };
}

function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map((number) => integer('seeds', number));
    return Array.from({ length: (to as number) - (from as number) + 1 }, (_, index) => (from as number) + index);
  });
}

function integer(name: string, text: string): number {
  const number = Number(text);
  if (text === '' || !Number.isInteger(number)) throw new RangeError(`--${name} must be an integer, got '${text}'`);
  return number;
}
