import type { FleetRow, FleetView, KeyRow } from '../src/view/wire.js';

/** A line of the table of keys: of this instance, or of the fleet. */
export interface TableRow {
  readonly id: string;
  readonly policy: string;
  readonly key: string;
  readonly state: KeyRow['state'];
  /** Text beside the state: since when, or on how many instances. */
  readonly stateNote: { readonly sinceMs: number } | string | undefined;
  readonly trouble: number;
  readonly says: string;
  readonly next: string;
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  readonly attempts: number;
  readonly p50Ms?: number | undefined;
  readonly p95Ms?: number | undefined;
  readonly inFlight: number;
  readonly cap?: number | undefined;
}

export const sortColumns = [
  'trouble',
  'key',
  'calls',
  'answered',
  'refused',
  'attempts',
  'latency',
  'inFlight',
] as const;
export type SortColumn = (typeof sortColumns)[number];

/** Which rows are wanted, and in what order. */
export interface Selection {
  readonly text: string;
  readonly troubleOnly: boolean;
  /** Empty: all. */
  readonly policy: string;
  readonly sort: SortColumn;
  readonly descending: boolean;
}

export const everything: Selection = { text: '', troubleOnly: false, policy: '', sort: 'trouble', descending: true };

export function rowOfKey(row: KeyRow): TableRow {
  // Each failed probe opens a circuit anew: what counts is since when it has not been closed.
  const sinceMs = row.openedAtMs ?? row.sinceMs;
  return { ...row, stateNote: sinceMs === undefined ? undefined : { sinceMs } };
}

const WORST_FIRST = ['forced-open', 'open', 'half-open', 'closed', 'none'] as const;

/** The fleet's rows. What this instance knows of a key explains it, if it is in the same state. */
export function rowsOfFleet({ keys }: FleetView, own: ReadonlyMap<string, KeyRow>): TableRow[] {
  return keys.map((row) => {
    const state = WORST_FIRST.find((name) => (row.states[name] ?? 0) > 0) ?? 'none';
    const local = own.get(row.id);
    const explains = local?.state === state;
    return {
      ...row,
      state,
      stateNote: noteOf(row, state),
      says: explains ? local.says : '',
      next: explains ? local.next : '',
      p50Ms: undefined,
      p95Ms: undefined,
      cap: undefined,
    };
  });
}

/** The wanted rows in the wanted order; equal ones stay in the order in which they came. */
export function select(
  rows: readonly TableRow[],
  { text, troubleOnly, policy, sort, descending }: Selection,
): TableRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    if (troubleOnly && row.trouble === 0) return false;
    if (policy !== '' && row.policy !== policy) return false;
    const haystack = `${row.policy} ${row.key} ${row.state}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
  const sign = descending ? -1 : 1;
  return found.sort((one, other) => sign * compare(one, other, sort) || other.calls - one.calls || byName(one, other));
}

function compare(one: TableRow, other: TableRow, column: SortColumn): number {
  return column === 'key' ? byName(one, other) : figureOf(one, column) - figureOf(other, column);
}

function figureOf(row: TableRow, column: Exclude<SortColumn, 'key'>): number {
  switch (column) {
    case 'answered':
      // Without calls nothing was left unanswered.
      return row.calls === 0 ? 1 : row.answered / row.calls;
    case 'attempts':
      return row.calls === 0 ? 0 : row.attempts / row.calls;
    case 'latency':
      return row.p95Ms ?? 0;
    case 'trouble':
    case 'calls':
    case 'refused':
    case 'inFlight':
      return row[column];
  }
}

function byName(one: TableRow, other: TableRow): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1;
  return one.policy < other.policy ? -1 : 1;
}

function noteOf({ states }: FleetRow, state: string): string {
  const all = Object.values(states).reduce((sum, count) => sum + count, 0);
  return `on ${states[state] ?? 0} of ${all}`;
}
