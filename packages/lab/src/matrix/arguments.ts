import { parseArgs } from 'node:util';
import { type Axes, type Cell, cornersOf, planCells, type Table, tables } from './plan.js';
import { axiosReleases, gotReleases, nodes, type Release, runners, typeScripts } from './versions.js';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'run';
      readonly cells: readonly Cell[];
      readonly build: boolean;
      readonly keep: boolean;
      readonly json: string | undefined;
      /** What becomes of the table in the README. */
      readonly readme: 'write' | 'check' | undefined;
    };

/** All that there is to be tried. */
export const axes: Axes = { nodes, axios: axiosReleases, got: gotReleases, typeScripts, runners };

export const HELP = `Usage: npm run matrix -- [options]

Packs the packages, installs them beside real releases of their clients in throw-away projects, and has one suite of behaviours run in
each cell: on each release of Node, as ESM and as CommonJS, against servers on loopback. Compiles consumers in TypeScript, and runs the
suite under Jest and Vitest.

  --quick               the corners alone
  --node <names>        releases of Node, comma-separated; "22"                       (default: all)
  --axios <names>       releases of axios; "1.13" is all of that line                 (default: all)
  --got <names>         releases of got                                               (default: all)
  --typescript <names>  releases of TypeScript                                        (default: all)
  --only <tables>       ${tables.join(', ')}
                        (default: all; those that the filters name, where there are any)
  --json <file>         writes what became of each cell
  --readme              writes the table of the README: of a whole matrix alone
  --check               fails where the README has another table
  --no-build            packs what has been built already
  --keep                leaves the projects in place, and says where they are
  --list                the cells, without running them
  --help                this text

Progress goes to stderr, tables to stdout. It needs an npm registry. A cell that is not green fails the run, unless it is a best effort.`;

/** @throws TypeError or RangeError for what cannot be understood, naming it. */
export function parseCommand(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      node: { type: 'string' },
      axios: { type: 'string' },
      got: { type: 'string' },
      typescript: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string' },
      readme: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  const filters = [values.node, values.axios, values.got, values.typescript, values.only];
  const isWhole = filters.every((filter) => filter === undefined) && !values.quick;
  if ((values.readme || values.check) && !isWhole) {
    throw new TypeError('--readme and --check need a whole matrix: take the filters and --quick away');
  }
  if (values.quick && values.only !== undefined) throw new TypeError('--quick and --only exclude each other');
  if (values.list) return { kind: 'list' };
  const chosen: Axes = {
    nodes: selected('node', nodes, values.node),
    axios: selected('axios', axiosReleases, values.axios),
    got: selected('got', gotReleases, values.got),
    typeScripts: selected('typescript', typeScripts, values.typescript),
    runners,
  };
  const named = tablesNamed(values);
  return {
    kind: 'run',
    cells: values.quick ? cornersOf(chosen).filter(({ table }) => named.includes(table)) : planCells(chosen, named),
    build: !values['no-build'],
    keep: values.keep,
    json: values.json,
    readme: values.check ? 'check' : values.readme ? 'write' : undefined,
  };
}

interface Filters {
  readonly axios?: string | undefined;
  readonly got?: string | undefined;
  readonly typescript?: string | undefined;
  readonly only?: string | undefined;
}

/** Whoever asks for a release asks for its table. */
function tablesNamed({ axios, got, typescript, only }: Filters): readonly Table[] {
  if (only !== undefined) {
    const names = only.split(',').map((name) => name.trim());
    const unknown = names.find((name) => !(tables as readonly string[]).includes(name));
    if (unknown !== undefined) {
      throw new RangeError(`--only ${unknown}: no such table; there are ${tables.join(', ')}`);
    }
    return tables.filter((table) => names.includes(table));
  }
  const asked: Partial<Record<Table, unknown>> = { axios, got, types: typescript };
  const named = tables.filter((table) => asked[table] !== undefined);
  return named.length > 0 ? named : tables;
}

/** Those of a list of names, where `1.13` is all releases of that line. */
function selected<T extends Release>(option: string, all: readonly T[], list: string | undefined): readonly T[] {
  if (list === undefined) return all;
  const names = list.split(',').map((name) => name.trim());
  const isMeant = (release: Release, name: string): boolean =>
    release.name === name || release.name.startsWith(`${name}.`);
  const unknown = names.find((name) => !all.some((release) => isMeant(release, name)));
  if (unknown !== undefined) {
    throw new RangeError(
      `--${option} ${unknown}: no such release; there are ${all.map(({ name }) => name).join(', ')}`,
    );
  }
  return all.filter((release) => names.some((name) => isMeant(release, name)));
}
