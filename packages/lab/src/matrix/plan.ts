import type { ClientRelease, Release, RunnerRelease } from './versions.js';

/** The tables of a matrix. */
export interface Axes {
  readonly nodes: readonly Release[];
  readonly axios: readonly ClientRelease[];
  readonly got: readonly ClientRelease[];
  readonly typeScripts: readonly Release[];
  readonly runners: readonly RunnerRelease[];
}

export const tables = ['axios', 'got', 'packages', 'types', 'runners'] as const;
export type Table = (typeof tables)[number];

export type Client = 'axios' | 'got';
export type Format = 'ESM' | 'CJS';
export type Resolution = 'nodenext' | 'bundler' | 'node10';

/** Work for a cell. */
export type Work =
  | { readonly kind: 'behaviour'; readonly client: Client; readonly release: ClientRelease; readonly format: Format }
  | { readonly kind: 'packages' }
  | {
      readonly kind: 'types';
      /** Undefined: every entry point of every package. */
      readonly of: { readonly client: Client; readonly release: ClientRelease } | undefined;
      readonly typeScript: Release;
      readonly resolution: Resolution;
    }
  | { readonly kind: 'runner'; readonly runner: RunnerRelease; readonly variant: Variant };

/** Way in which a test runner loads the packages. */
export type Variant = 'CJS' | 'ESM' | 'external' | 'inlined';

/** A part of a cell: several may stand in one place of a table. */
export interface Cell {
  readonly table: Table;
  readonly row: string;
  readonly column: string;
  /** Name among the other parts of its place. */
  readonly part: string;
  /** Undefined if the compiler runs, which is on the Node of this process. */
  readonly node?: Release;
  readonly work: Work;
  /** Why it is not tried: what is wanted does not run there. */
  readonly none?: string;
  /** Outside the promise: a failure is shown, and fails nothing. */
  readonly bestEffort?: true;
}

/** The compiler that the types of every release of a client are tried with. */
export const TYPES_OF_CLIENTS = '5.9';
const ENTRY_POINTS = 'all entry points';
const RESOLUTIONS: readonly Resolution[] = ['nodenext', 'bundler', 'node10'];

/**
 * Plans each release on each Node, and each compiler in each way of resolving. Never a full product if that would show
 * nothing more.
 */
export function planCells(axes: Axes, wanted: readonly Table[] = tables): Cell[] {
  const all: Cell[] = [
    ...clientCells('axios', axes.axios, axes),
    ...clientCells('got', axes.got, axes),
    ...packageCells(axes),
    ...axes.typeScripts.flatMap((typeScript) => compilerCells(typeScript, axes)),
    ...axes.runners.flatMap((runner) => axes.nodes.flatMap((node) => runnerCells(runner, node))),
  ];
  return all.filter(({ table }) => wanted.includes(table));
}

/** The corners alone: the oldest and the newest that run on the oldest and the newest Node. */
export function cornersOf({ nodes, axios, got, typeScripts }: Axes): Cell[] {
  const outer = ends(nodes);
  const cells = outer.flatMap((node) => {
    const running = ends(got.filter((release) => !release.bestEffort && runsOn(release, node)));
    return [
      ...ends(axios).flatMap((release) => behaviourCells('axios', release, node)),
      ...running.flatMap((release) => behaviourCells('got', release, node)),
      packagesCell(node),
    ];
  });
  const newest = { axios: axios.slice(-1), got: got.slice(-1) };
  const compilers = ends(typeScripts).flatMap((typeScript) => compilerCells(typeScript, newest));
  return [...cells, ...compilers.filter(({ column }) => column === 'nodenext')];
}

function clientCells(client: Client, releases: readonly ClientRelease[], { nodes, typeScripts }: Axes): Cell[] {
  const compiler = typeScripts.find(({ name }) => name === TYPES_OF_CLIENTS);
  return releases.flatMap((release) => [
    ...nodes.flatMap((node) => behaviourCells(client, release, node)),
    ...(compiler === undefined ? [] : typesOfClient(client, release, compiler)),
  ]);
}

function behaviourCells(client: Client, release: ClientRelease, node: Release): Cell[] {
  return (['ESM', 'CJS'] as const).map((format) => ({
    table: client,
    row: release.name,
    column: `Node ${node.name}`,
    part: format,
    node,
    work: { kind: 'behaviour', client, release, format },
    ...ifNone(release, node),
    ...(release.bestEffort && { bestEffort: true }),
  }));
}

function typesOfClient(client: Client, release: ClientRelease, typeScript: Release): Cell[] {
  return RESOLUTIONS.map((resolution) => ({
    table: client,
    row: release.name,
    column: 'types',
    part: resolution,
    work: { kind: 'types', of: { client, release }, typeScript, resolution },
    ...(release.bestEffort && { bestEffort: true }),
  }));
}

function compilerCells(typeScript: Release, { axios, got }: Pick<Axes, 'axios' | 'got'>): Cell[] {
  const newest = [
    { client: 'axios', release: axios.at(-1) },
    { client: 'got', release: got.at(-1) },
  ] as const;
  return RESOLUTIONS.flatMap((resolution) =>
    newest.flatMap(({ client, release }): Cell[] => {
      if (release === undefined) return [];
      const work: Work = { kind: 'types', of: { client, release }, typeScript, resolution };
      const gone = resolution === 'node10' && majorOf(typeScript) >= 7;
      const none = gone ? { none: `TypeScript ${typeScript.name} has no node10` } : {};
      return [{ table: 'types', row: typeScript.name, column: resolution, part: client, work, ...none }];
    }),
  );
}

function packageCells({ nodes, typeScripts }: Axes): Cell[] {
  const compiler = typeScripts.find(({ name }) => name === TYPES_OF_CLIENTS);
  if (compiler === undefined) return nodes.map(packagesCell);
  const types = RESOLUTIONS.map(
    (resolution): Cell => ({
      table: 'packages',
      row: ENTRY_POINTS,
      column: 'types',
      part: resolution,
      work: { kind: 'types', of: undefined, typeScript: compiler, resolution },
    }),
  );
  return [...nodes.map(packagesCell), ...types];
}

function packagesCell(node: Release): Cell {
  return {
    table: 'packages',
    row: ENTRY_POINTS,
    column: `Node ${node.name}`,
    part: '',
    node,
    work: { kind: 'packages' },
  };
}

function runnerCells(runner: RunnerRelease, node: Release): Cell[] {
  const variants: readonly Variant[] = runner.runner === 'jest' ? ['CJS', 'ESM'] : ['external', 'inlined'];
  return variants.map((variant) => ({
    table: 'runners',
    row: runner.name,
    column: `Node ${node.name}`,
    part: variant,
    node,
    work: { kind: 'runner', runner, variant },
    ...ifNone(runner, node),
  }));
}

function ifNone(release: ClientRelease, node: Release): { none?: string } {
  return runsOn(release, node) ? {} : { none: `needs Node ${release.fromNode}` };
}

function runsOn({ fromNode }: ClientRelease, node: Release): boolean {
  return majorOf(node) >= fromNode;
}

function majorOf({ name }: Release): number {
  return Number.parseInt(name, 10);
}

/** The first and the last, which may be the same. */
function ends<T>(all: readonly T[]): T[] {
  return all.filter((_, at) => at === 0 || at === all.length - 1);
}
