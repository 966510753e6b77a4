import { type Table, tables } from './plan.js';
import { type CellResult, type Place, verdictOf } from './result.js';
import { countsOf, gridOf, titles } from './tables.js';

const BEGIN = '<!-- matrix -->';
const END = '<!-- /matrix -->';

/** Returns the README with a new block between its marks. @throws Error if it has no such marks */
export function withBlock(readme: string, block: string): string {
  const { start, end } = marksIn(readme);
  return `${readme.slice(0, start)}\n${block}\n${readme.slice(end)}`;
}

/** Returns the block of a README. @throws Error if it has no marks */
export function blockOf(readme: string): string {
  const { start, end } = marksIn(readme);
  return readme.slice(start, end).trim();
}

/** Makes the tables of the README: a tick if everything is right, else figures, with a note on each of those. */
export function markdownBlock(results: readonly CellResult[]): string {
  const parts = tables
    .filter((table) => table !== 'packages')
    .map((table) => markdownTable(table, ofTable(results, table)))
    .filter((text) => text !== '');
  return [...parts, ...notes(results)].join('\n\n');
}

function ofTable(results: readonly CellResult[], table: Table): CellResult[] {
  return results.filter(({ cell }) => cell.table === table);
}

function markdownTable(name: Table, results: readonly CellResult[]): string {
  if (results.length === 0) return '';
  const { rows, columns, at } = gridOf(results);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([titles[name], ...columns]),
    line(['---', ...columns.map(() => ':-:')]),
    ...rows.map((row) => line([row, ...columns.map((column) => mark(at(row, column)))])),
  ].join('\n');
}

function mark(place: Place | undefined): string {
  if (place === undefined) return '';
  const tried = place.parts.filter((part) => verdictOf(part) !== 'none');
  if (tried.length === 0) return '–';
  if (tried.every((part) => verdictOf(part) === 'green')) return '✓';
  return tried.map((part) => `${part.cell.part} ${countsOf(part)}`.trim()).join(', ');
}

/** Failures, with the places in which they occur. */
function notes(results: readonly CellResult[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const { cell, failed } of results) {
    for (const { name } of failed) {
      const where = places.get(name) ?? new Set();
      places.set(name, where.add(`${titles[cell.table]} ${cell.row}`));
    }
  }
  if (places.size === 0) return [];
  return [[...places].map(([name, where]) => `- Not so with ${[...where].join(', ')}: ${name}.`).join('\n')];
}

function marksIn(readme: string): { readonly start: number; readonly end: number } {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the README needs the marks ${BEGIN} and ${END}`);
  return { start: begin + BEGIN.length, end };
}
