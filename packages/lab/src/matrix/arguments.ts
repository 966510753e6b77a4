import { program } from '../harness/program.js';
import { type Axes, type Cell, cornersOf, planCells, type Table, tables } from './plan.js';
import { axiosReleases, gotReleases, nodes, type Release, runners, typeScripts } from './versions.js';

/** Options of the command line. */
export type MatrixCommand = { readonly kind: 'list' } | MatrixRun;

export interface MatrixRun {
  readonly kind: 'run';
  readonly cells: readonly Cell[];
  readonly build: boolean;
  readonly keep: boolean;
  readonly json: string | undefined;
  /** Action on the table of the page of compatibility. */
  readonly readme: 'write' | 'check' | undefined;
}

/** All that there is to be tried. */
export const axes: Axes = { nodes, axios: axiosReleases, got: gotReleases, typeScripts, runners };

const about = `Packs the packages, installs them beside real releases of their clients in throw-away projects, and has one suite of behaviours run in \
each cell: on each release of Node, as ESM and as CommonJS, against servers on loopback. Compiles consumers in TypeScript, and runs the \
suite under Jest and Vitest.`;

/** Reads the command line. @throws CommanderError, TypeError or RangeError for wrong arguments, naming them */
export function readArguments(args: readonly string[]): MatrixCommand {
  const values = program('matrix', about)
    .option('--quick', 'the corners alone', false)
    .option('--node <names>', 'releases of Node, comma-separated; "22"')
    .option('--axios <names>', 'releases of axios; "1.13" is all of that line')
    .option('--got <names>', 'releases of got')
    .option('--typescript <names>', 'releases of TypeScript')
    .option('--only <tables>', `${tables.join(', ')}; default: all, or those that the filters name`)
    .option('--json <file>', 'writes the result of each cell')
    .option('--readme', 'writes the table of the page of compatibility; of a whole matrix alone', false)
    .option('--check', 'fails if that page has another table', false)
    .option('--no-build', 'packs what has been built already')
    .option('--keep', 'keeps the projects, and tells where they are', false)
    .option('--list', 'the cells, without running them', false)
    .addHelpText(
      'after',
      `
Progress goes to stderr, tables to stdout. It needs an npm registry. A cell that is not green fails the run, unless it is a best effort.`,
    )
    .parse(args, { from: 'user' })
    .opts<Filters & Values>();
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
    build: values.build,
    keep: values.keep,
    json: values.json,
    readme: values.check ? 'check' : values.readme ? 'write' : undefined,
  };
}

interface Values {
  readonly quick: boolean;
  readonly json: string | undefined;
  readonly readme: boolean;
  readonly check: boolean;
  readonly build: boolean;
  readonly keep: boolean;
  readonly list: boolean;
}

interface Filters {
  readonly node?: string | undefined;
  readonly axios?: string | undefined;
  readonly got?: string | undefined;
  readonly typescript?: string | undefined;
  readonly only?: string | undefined;
}

/** Returns the tables that are asked for. A release asks for its table. */
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

/** Returns the releases of a list of names; `1.13` is all releases of that line. */
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
