import type { Cell } from './plan.js';
import type { Finding } from './suite/report.js';

/** Result of a cell. */
export interface CellResult {
  readonly cell: Cell;
  /** Behaviours that were shown, by name. */
  readonly shown: readonly string[];
  readonly failed: readonly Finding[];
  /** Behaviours that do not apply there, and why. */
  readonly lacking: readonly Finding[];
}

/** One place in a table: all of its parts. */
export interface Place {
  readonly row: string;
  readonly column: string;
  readonly parts: readonly CellResult[];
}

export type Verdict = 'green' | 'red' | 'best effort' | 'none';

/** Red is what must not be. */
export function verdictOf({ cell, failed }: CellResult): Verdict {
  if (cell.none !== undefined) return 'none';
  if (failed.length === 0) return 'green';
  return cell.bestEffort ? 'best effort' : 'red';
}

export function placesOf(results: readonly CellResult[]): Place[] {
  const places = new Map<string, { row: string; column: string; parts: CellResult[] }>();
  for (const result of results) {
    const { row, column } = result.cell;
    const id = `${row}\n${column}`;
    const place = places.get(id);
    if (place === undefined) places.set(id, { row, column, parts: [result] });
    else place.parts.push(result);
  }
  return [...places.values()];
}

/** For programs. */
export function jsonResult(results: readonly CellResult[], versions: Readonly<Record<string, string>>): string {
  const cells = results.map((result) => {
    const { table, row, column, part, none } = result.cell;
    const { shown, failed, lacking } = result;
    return { table, row, column, part, verdict: verdictOf(result), none, shown, failed, lacking };
  });
  return `${JSON.stringify({ versions, cells }, null, 2)}\n`;
}
