import { describe, expect, test } from '@jest/globals';
import { type Axes, type Cell, cornersOf, planCells } from './plan.js';
import type { ClientRelease, Release } from './versions.js';

const line = (name: string): Release => ({ name, spec: name });
const client = (name: string, fromNode = 20): ClientRelease => ({ ...line(name), fromNode });

const axes: Axes = {
  nodes: ['20', '22', '26'].map(line),
  axios: [client('0.27'), client('1.5'), client('1.21')],
  got: [{ ...client('11'), bestEffort: true }, client('12'), client('14'), client('16', 22)],
  typeScripts: ['5.4', '5.9', '7.0'].map(line),
  runners: [
    { runner: 'jest', ...client('Jest 30') },
    { runner: 'vitest', ...client('Vitest 5', 22) },
  ],
};

const wordsOf = ({ row, column, part }: Cell): string => [row, column, part].join(' ');
const none = (cells: readonly Cell[]): string[] =>
  cells.filter((cell) => cell.none !== undefined).map((cell) => `${wordsOf(cell)}: ${cell.none}`);

describe('the whole matrix', () => {
  test('has each release of a client on each Node, as ESM and CJS, and its types', () => {
    const cells = planCells(axes, ['axios']).filter(({ row }) => row === '1.5');

    expect(cells.map(wordsOf)).toEqual([
      '1.5 Node 20 ESM',
      '1.5 Node 20 CJS',
      '1.5 Node 22 ESM',
      '1.5 Node 22 CJS',
      '1.5 Node 26 ESM',
      '1.5 Node 26 CJS',
      '1.5 types nodenext',
      '1.5 types bundler',
      '1.5 types node10',
    ]);
    expect(none(cells)).toEqual([]);
  });

  test('shows that a release does not run, by the oldest Node of its engines', () => {
    expect(none(planCells(axes, ['got']))).toEqual(['16 Node 20 ESM: needs Node 22', '16 Node 20 CJS: needs Node 22']);
    expect(none(planCells(axes, ['runners']))).toEqual([
      'Vitest 5 Node 20 external: needs Node 22',
      'Vitest 5 Node 20 inlined: needs Node 22',
    ]);
  });

  test('compiles with each compiler in each way of resolving that it has, beside the newest clients', () => {
    const cells = planCells(axes, ['types']);

    expect(cells).toHaveLength(3 * 3 * 2);
    expect(none(cells)).toEqual([
      '7.0 node10 axios: TypeScript 7.0 has no node10',
      '7.0 node10 got: TypeScript 7.0 has no node10',
    ]);
    const releases = cells.map(({ work }) => (work.kind === 'types' ? work.of?.release.name : ''));
    expect([...new Set(releases)]).toEqual(['1.21', '16']);
  });

  test('marks only what is outside the promise as a best effort', () => {
    const rows = planCells(axes)
      .filter(({ bestEffort }) => bestEffort)
      .map(({ row }) => row);

    expect([...new Set(rows)]).toEqual(['11']);
  });

  test('has no two cells in the same place and part', () => {
    const words = planCells(axes).map((cell) => `${cell.table} ${wordsOf(cell)}`);

    expect(new Set(words).size).toBe(words.length);
  });
});

describe('the corners', () => {
  const cells = cornersOf(axes);

  test('are the oldest and the newest releases that run on the oldest and the newest Node', () => {
    const behaviours = cells.filter(({ work, part }) => work.kind === 'behaviour' && part === 'ESM');

    expect(behaviours.map(({ table, row, column }) => `${table} ${row} ${column}`)).toEqual([
      'axios 0.27 Node 20',
      'axios 1.21 Node 20',
      'got 12 Node 20',
      'got 14 Node 20',
      'axios 0.27 Node 26',
      'axios 1.21 Node 26',
      'got 12 Node 26',
      'got 16 Node 26',
    ]);
  });

  test('have both module systems, all entry points, and the oldest and the newest compiler', () => {
    expect(cells.filter(({ part }) => part === 'CJS')).toHaveLength(8);
    expect(cells.filter(({ table }) => table === 'packages').map(({ column }) => column)).toEqual([
      'Node 20',
      'Node 26',
    ]);
    const compilers = cells.filter(({ table }) => table === 'types').map(({ row, column }) => `${row} ${column}`);
    expect([...new Set(compilers)]).toEqual(['5.4 nodenext', '7.0 nodenext']);
  });

  test('are cells that all run', () => {
    expect(none(cells)).toEqual([]);
  });
});
