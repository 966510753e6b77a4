import { h, setAttribute, setChildren, setText } from './dom.js';
import { figure, millis, perCall, share, span } from './format.js';
import { addressOf } from './key-address.js';
import type { PageState, Spark } from './page-state.js';
import { sparkline } from './sparkline.js';
import { stateBadge } from './state-badge.js';
import type { Selection, SortColumn, TableRow } from './table-rows.js';

interface Column {
  readonly title: string;
  readonly sort: SortColumn | undefined;
  /** Meaning of the heading, for a tooltip. */
  readonly hint: string;
}

const COLUMNS: readonly Column[] = [
  { title: 'State', sort: 'trouble', hint: 'The circuit breaker; the most troubled first' },
  { title: 'Key', sort: 'key', hint: 'What shares one breaker, budget and cool-down' },
  { title: 'Calls/s', sort: 'calls', hint: 'Calls that have ended, per second' },
  { title: 'Answered', sort: 'answered', hint: 'Share of the calls that ended well' },
  { title: 'Refused/s', sort: 'refused', hint: 'Calls that ended without an attempt, per second' },
  { title: 'Attempts/call', sort: 'attempts', hint: 'Attempts for each call: 1 is no retry' },
  { title: 'p50 / p95', sort: 'latency', hint: 'Latency of attempts: half, and 95 of 100, took no longer' },
  { title: 'In flight', sort: 'inFlight', hint: 'Calls under way, and the cap of the limit if there is one' },
  { title: 'Last minute', sort: undefined, hint: 'Calls, and those not answered in front' },
];

/** A table of keys that stays in place while its figures change. */
export interface KeyTable {
  readonly element: HTMLElement;
  show(rows: readonly TableRow[], selection: Selection, state: PageState): void;
}

/** `onSort` is called with the column whose heading was pressed. */
export function keyTable(onSort: (column: SortColumn) => void): KeyTable {
  const headings = COLUMNS.map(({ title, sort, hint }) => {
    const inside =
      sort === undefined ? h('span', {}, title) : h('button', { type: 'button', onclick: () => onSort(sort) }, title);
    return h('th', { scope: 'col', role: 'columnheader', title: hint }, inside);
  });
  const body = h('tbody', { role: 'rowgroup' });
  const table = h(
    'table',
    { class: 'keys', role: 'table', 'aria-label': 'Keys' },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...headings)),
    body,
  );
  const lines = new Map<string, TableLine>();

  return {
    element: h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': 'Table of keys' }, table),
    show(rows, selection, state) {
      COLUMNS.forEach(({ sort }, index) => {
        const heading = headings[index];
        if (heading === undefined || sort === undefined) return;
        const order = selection.descending ? 'descending' : 'ascending';
        setAttribute(heading, 'aria-sort', sort === selection.sort ? order : 'none');
      });
      const wanted = new Set(rows.map(({ id }) => id));
      for (const id of lines.keys()) if (!wanted.has(id)) lines.delete(id);
      const shown = rows.map((row) => {
        const line = lines.get(row.id) ?? tableLine(row);
        lines.set(row.id, line);
        line.show(row, state.nowMs(), state.sparks.get(row.id) ?? []);
        return line.element;
      });
      setChildren(body, shown);
    },
  };
}

interface TableLine {
  readonly element: HTMLElement;
  show(row: TableRow, nowMs: number, spark: Spark): void;
}

function tableLine({ policy, key }: TableRow): TableLine {
  const badge = stateBadge();
  const note = h('span', { class: 'note' });
  const says = h('span', { class: 'says' });
  const line = sparkline();
  const cell = (label: string, ...children: Node[]): HTMLTableCellElement =>
    h('td', { role: 'cell', 'data-label': label }, ...children);
  const [calls, answered, refused, attempts, latency, inFlight] = [
    cell('Calls/s'),
    cell('Answered'),
    cell('Refused/s'),
    cell('Attempts/call'),
    cell('p50 / p95'),
    cell('In flight'),
  ] as const;
  const name = h(
    'th',
    { scope: 'row', role: 'rowheader', class: 'name' },
    h('a', { href: addressOf(policy, key) }, h('bdi', {}, key)),
    h('span', { class: 'policy' }, h('bdi', {}, policy)),
    says,
  );
  const state = h('td', { role: 'cell', class: 'state' }, badge.element, note);
  const element = h(
    'tr',
    { role: 'row' },
    state,
    name,
    calls,
    answered,
    refused,
    attempts,
    latency,
    inFlight,
    h('td', { role: 'cell', class: 'spark-cell' }, line.element),
  );
  return {
    element,
    show(row, nowMs, spark) {
      setAttribute(element, 'data-trouble', row.trouble >= 80 ? 'bad' : row.trouble > 0 ? 'warn' : 'none');
      badge.show(row.state);
      setText(note, noteText(row, nowMs));
      setText(says, [row.says, row.next].filter(Boolean).join(' '));
      setText(calls, figure(row.calls));
      setText(answered, share(row.answered, row.calls));
      setAttribute(answered, 'data-level', row.calls > 0 && row.answered / row.calls < 0.95 ? 'bad' : 'none');
      setText(refused, figure(row.refused));
      setAttribute(refused, 'data-level', row.refused > 0 ? 'warn' : 'none');
      setText(attempts, perCall(row.attempts, row.calls));
      setText(latency, row.p95Ms === undefined ? '–' : `${millis(row.p50Ms)} / ${millis(row.p95Ms)}`);
      setText(inFlight, row.cap === undefined ? String(row.inFlight) : `${row.inFlight} of ${row.cap}`);
      line.show(spark);
    },
  };
}

/** Returns the note beside a state. The duration of a closed circuit is left out: it helps no operator in trouble. */
function noteText({ state, stateNote }: TableRow, nowMs: number): string {
  if (stateNote === undefined) return '';
  if (typeof stateNote === 'string') return stateNote;
  return state === 'closed' ? '' : `for ${span(nowMs - stateNote.sinceMs)}`;
}
