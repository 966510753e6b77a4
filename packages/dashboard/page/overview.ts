import { askForMode } from './actions.js';
import { h, setAttribute, setChildren, setText } from './dom.js';
import { counted, figure, perCall, share } from './format.js';
import { keyTable } from './key-table.js';
import { logList } from './log-list.js';
import type { PageState } from './page-state.js';
import {
  everything,
  rowOfKey,
  rowsOfFleet,
  type Selection,
  type SortColumn,
  select,
  type TableRow,
} from './table-rows.js';
import { storeText, verdictOf } from './verdict.js';

/** A part of the page that is shown anew whenever something has changed. */
export interface View {
  readonly element: HTMLElement;
  readonly heading: HTMLElement;
  show(state: PageState): void;
  /** The view is left. */
  leave(): void;
}

const FIRST_ROWS = 100;
const LOG_ENTRIES = 100;
const DESCENDING_FIRST: ReadonlySet<SortColumn> = new Set([
  'trouble',
  'calls',
  'refused',
  'attempts',
  'latency',
  'inFlight',
]);

/** All keys, the most troubled first. */
export function overview(): View {
  let selection: Selection = everything;
  let showsAll = false;
  let isFleet = false;
  let last: PageState | undefined;
  const again = (): void => {
    if (last !== undefined) show(last);
  };

  const heading = h('h1', { class: 'visually-hidden', tabindex: -1 }, 'All keys');
  const verdict = h('p', { class: 'verdict', role: 'status' });
  const store = h('p', { class: 'verdict store', role: 'status', 'data-level': 'warn' });
  const tiles = summaryTiles();
  const table = keyTable((sort) => {
    const isSame = selection.sort === sort;
    selection = { ...selection, sort, descending: isSame ? !selection.descending : DESCENDING_FIRST.has(sort) };
    again();
  });
  const filter = h('input', {
    type: 'search',
    id: 'filter',
    placeholder: 'Filter keys',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  filter.addEventListener('input', () => {
    selection = { ...selection, text: filter.value };
    again();
  });
  const trouble = h('input', { type: 'checkbox', id: 'trouble-only' });
  trouble.addEventListener('change', () => {
    selection = { ...selection, troubleOnly: trouble.checked };
    again();
  });
  const scope = scopeSwitch((wantsFleet) => {
    isFleet = wantsFleet;
    again();
  });
  const found = h('p', { class: 'found', 'aria-live': 'polite' });
  const more = h('button', { type: 'button', class: 'more' });
  more.addEventListener('click', () => {
    showsAll = true;
    again();
  });
  const empty = h(
    'p',
    { class: 'empty' },
    'No key has been used yet. The page is connected: keys appear with their first call.',
  );
  const policies = policyList();
  const log = logList(true, LOG_ENTRIES);
  const controls = h(
    'div',
    { class: 'controls' },
    h('label', { class: 'visually-hidden', for: 'filter' }, 'Filter keys'),
    filter,
    h('label', { class: 'check', for: 'trouble-only' }, trouble, 'In trouble only'),
    scope.element,
    found,
  );

  const show = (state: PageState): void => {
    last = state;
    scope.show(state.fleet?.instances.length);
    const rows = isFleet && state.fleet ? rowsOfFleet(state.fleet, state.rows) : [...state.rows.values()].map(rowOfKey);
    const { level, text } = verdictOf(rows);
    setAttribute(verdict, 'data-level', level);
    setText(verdict, text);
    const trouble = storeText(state.policies);
    setText(store, trouble);
    store.hidden = trouble === '';
    tiles.show(rows);
    const selected = select(rows, selection);
    const shown = showsAll ? selected : selected.slice(0, FIRST_ROWS);
    table.show(shown, selection, state);
    table.element.hidden = rows.length === 0;
    controls.hidden = rows.length === 0;
    empty.hidden = rows.length > 0;
    setText(found, foundText(selected.length, rows.length, state.more));
    more.hidden = shown.length === selected.length;
    setText(more, `Show all ${counted(selected.length, 'key')}`);
    policies.show(state);
    log.show(state.log);
  };

  return {
    element: h(
      'main',
      { id: 'main' },
      heading,
      verdict,
      store,
      tiles.element,
      h('section', { 'aria-label': 'Keys' }, controls, table.element, empty, more),
      h(
        'div',
        { class: 'columns' },
        h('section', {}, h('h2', {}, 'What happened'), log.element),
        h('section', {}, h('h2', {}, 'Policies'), policies.element),
      ),
    ),
    heading,
    show,
    leave() {},
  };
}

function foundText(selected: number, all: number, more: number): string {
  const beyond = more > 0 ? ` The ${counted(more, 'calmest key')} beyond them are not sent.` : '';
  return (selected === all ? counted(all, 'key') : `${selected} of ${counted(all, 'key')}`) + (beyond && `.${beyond}`);
}

interface Tiles {
  readonly element: HTMLElement;
  show(rows: readonly TableRow[]): void;
}

/** The figures of all keys together. */
function summaryTiles(): Tiles {
  const values = ['Calls/s', 'Answered', 'Failed/s', 'Refused/s', 'Attempts/call', 'In flight'].map((label) => {
    const value = h('dd');
    return { value, tile: h('div', { class: 'tile' }, h('dt', {}, label), value) };
  });
  return {
    element: h('dl', { class: 'tiles' }, ...values.map(({ tile }) => tile)),
    show(rows) {
      const sum = (name: 'calls' | 'answered' | 'failed' | 'refused' | 'attempts' | 'inFlight'): number =>
        rows.reduce((total, row) => total + row[name], 0);
      const calls = sum('calls');
      const texts = [
        figure(calls),
        share(sum('answered'), calls),
        figure(sum('failed')),
        figure(sum('refused')),
        perCall(sum('attempts'), calls),
        String(Math.round(sum('inFlight'))),
      ];
      values.forEach(({ value }, index) => void setText(value, texts[index] ?? ''));
      const isBad = [
        false,
        calls > 0 && sum('answered') / calls < 0.95,
        sum('failed') > 0,
        sum('refused') > 0,
        false,
        false,
      ];
      values.forEach(
        ({ tile }, index) => void setAttribute(tile, 'data-level', isBad[index] === true ? 'bad' : 'none'),
      );
    },
  };
}

interface ScopeSwitch {
  readonly element: HTMLElement;
  show(instances: number | undefined): void;
}

/** This instance or the whole fleet, if there is one. */
function scopeSwitch(onChange: (fleet: boolean) => void): ScopeSwitch {
  const own = h('button', { type: 'button', 'aria-pressed': 'true' }, 'This instance');
  const fleet = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Fleet');
  const choose = (isFleet: boolean): void => {
    setAttribute(own, 'aria-pressed', String(!isFleet));
    setAttribute(fleet, 'aria-pressed', String(isFleet));
    onChange(isFleet);
  };
  own.addEventListener('click', () => choose(false));
  fleet.addEventListener('click', () => choose(true));
  const element = h('div', { class: 'scope', role: 'group', 'aria-label': 'Scope' }, own, fleet);
  return {
    element,
    show(instances) {
      element.hidden = instances === undefined;
      setText(fleet, `Fleet of ${instances ?? 0}`);
    },
  };
}

interface PolicyCards {
  readonly element: HTMLElement;
  show(state: PageState): void;
}

function policyList(): PolicyCards {
  const element = h('ul', { class: 'policies' });
  let shown = '';
  return {
    element,
    show({ policies, admin }) {
      const wanted = JSON.stringify([policies, admin]);
      if (wanted === shown) return;
      shown = wanted;
      setChildren(
        element,
        policies.map((policy) => {
          const change = h('button', { type: 'button', class: 'change', onclick: () => askForMode(policy) }, 'Mode…');
          change.setAttribute('aria-label', `Change the mode of ${policy.id}`);
          return h(
            'li',
            {},
            h('strong', {}, h('bdi', {}, policy.id)),
            h('span', { class: 'mode', 'data-mode': policy.mode }, policy.mode),
            h('span', { class: 'note' }, counted(policy.keys, 'key')),
            admin ? change : undefined,
          );
        }),
      );
    },
  };
}
