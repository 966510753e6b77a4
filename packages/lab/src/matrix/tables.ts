import Table from 'cli-table3';
import type { Table as TableName } from './plan.js';
import { type CellResult, type Place, placesOf, verdictOf } from './result.js';

export const titles: Readonly<Record<TableName, string>> = {
  axios: 'axios',
  got: 'got',
  packages: 'Packages',
  types: 'TypeScript',
  runners: 'Test runners',
};

/** One table as a terminal shows it: what was shown of what there is to be shown, for each part of a place. */
export function terminalTable(name: TableName, results: readonly CellResult[]): string {
  const grid = gridOf(results);
  const table = new Table({ head: [titles[name], ...grid.columns], style: { head: [], border: [] } });
  for (const row of grid.rows) table.push([row, ...grid.columns.map((column) => partsAt(grid.at(row, column)))]);
  return table.toString();
}

/** Everything that is not green, one line each. */
export function troubles(results: readonly CellResult[]): string[] {
  return results.flatMap(({ cell, failed }) =>
    failed.map(({ name, message }) => {
      const where = [titles[cell.table], cell.row, cell.column, cell.part].filter((word) => word !== '').join(' ');
      return `${where}: ${name}\n    ${message.trim().replaceAll('\n', '\n    ')}`;
    }),
  );
}

export interface Grid {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  at(row: string, column: string): Place | undefined;
}

/** Rows and columns in the order in which the cells come. */
export function gridOf(results: readonly CellResult[]): Grid {
  const places = placesOf(results);
  return {
    rows: [...new Set(places.map(({ row }) => row))],
    columns: [...new Set(places.map(({ column }) => column))],
    at: (row, column) => places.find((place) => place.row === row && place.column === column),
  };
}

function partsAt(place: Place | undefined): string {
  if (place === undefined) return '';
  const lines = place.parts.map((result) => {
    const { part } = result.cell;
    return `${part}${part === '' ? '' : ' '}${countsOf(result)}`;
  });
  return [...new Set(place.parts.every(({ cell }) => cell.none !== undefined) ? lines.slice(0, 1) : lines)].join('\n');
}

/** `37/38`, or a dash if there is nothing to count. */
export function countsOf(result: CellResult): string {
  if (verdictOf(result) === 'none') return '-';
  return `${result.shown.length}/${result.shown.length + result.failed.length}`;
}
