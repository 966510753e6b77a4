import type { LogEntry } from '../src/view/wire.js';
import { type ConnectionStatus, connect } from './connection.js';
import { h, setAttribute, setText, svg } from './dom.js';
import { keyIn } from './key-address.js';
import { keyView } from './key-view.js';
import { overview, type View } from './overview.js';
import { PageState } from './page-state.js';
import { rowOfKey } from './table-rows.js';
import { verdictOf } from './verdict.js';

const STATUS_TEXTS: Readonly<Record<ConnectionStatus, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Live, by polling',
  lost: 'Not connected',
  denied: 'Not allowed any more: load the page again',
};
const ANNOUNCE_EVERY_MS = 3_000;

const state = new PageState();
const statusText = h('span');
const status = h(
  'p',
  { class: 'status', role: 'status', 'data-status': 'connecting' },
  h('span', { class: 'dot', 'aria-hidden': 'true' }),
  statusText,
);
const title = h('span', { class: 'brand-name' });
const instance = h('bdi', { class: 'instance' });
const announcer = h('p', { class: 'visually-hidden', 'aria-live': 'assertive' });
const loading = h('p', { class: 'loading' }, 'Connecting…');
const slot = h('div', { id: 'slot' }, loading);

let view: View | undefined;
let hasData = false;
let announcedMs = 0;

function showView(): void {
  if (!hasData) return;
  view?.show(state);
  setText(title, state.title);
  setText(instance, state.instance);
  const { level, text } = verdictOf([...state.rows.values()].map(rowOfKey));
  const sign = { good: '', idle: '', warn: '◐ ', bad: '■ ' }[level];
  const wanted = `${sign}${level === 'good' || level === 'idle' ? state.title : `${text} – ${state.title}`}`;
  if (document.title !== wanted) document.title = wanted;
}

/** Makes the view that the address wants. */
function route(moveFocus: boolean): void {
  if (!hasData) return;
  view?.leave();
  const wanted = keyIn(location.hash);
  view = wanted === undefined ? overview() : keyView(wanted.policy, wanted.key);
  slot.replaceChildren(view.element);
  showView();
  if (!moveFocus) return;
  scrollTo(0, 0);
  view.heading.focus({ preventScroll: true });
}

/** Says aloud what has just happened to a circuit, and no more often than one can listen to. */
function announce(entries: readonly LogEntry[]): void {
  const told = entries.find(({ level }) => level === 'bad' || level === 'good');
  if (told === undefined || Date.now() - announcedMs < ANNOUNCE_EVERY_MS) return;
  announcedMs = Date.now();
  setText(announcer, `${told.key || told.policy}: ${told.text}`);
}

function wave(): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 32 32', class: 'brand-sign', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { width: 32, height: 32, rx: 7, class: 'brand-ground' }),
    svg('path', { d: 'M4 19c4-6 8-6 12 0s8 6 12 0', class: 'brand-wave' }),
  );
}

document
  .querySelector('#app')
  ?.replaceChildren(
    h('a', { class: 'skip', href: '#main' }, 'Skip to the keys'),
    h('header', {}, h('a', { class: 'brand', href: '#/' }, wave(), title), instance, status),
    slot,
    announcer,
  );
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  view?.heading.focus();
});
addEventListener('hashchange', () => route(true));
setInterval(showView, 1_000);

connect({
  full(full) {
    state.replace(full);
    const isFirst = !hasData;
    hasData = true;
    if (isFirst) route(false);
    else showView();
  },
  delta(delta) {
    announce(state.change(delta));
    showView();
  },
  status(next) {
    setAttribute(status, 'data-status', next);
    setText(statusText, STATUS_TEXTS[next]);
    document.body.toggleAttribute('data-stale', next === 'lost' || next === 'denied');
  },
});
