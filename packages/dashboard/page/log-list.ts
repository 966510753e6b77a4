import type { LogEntry } from '../src/view/wire.js';
import { h, setChildren } from './dom.js';
import { timeOfDay } from './format.js';
import { addressOf } from './key-address.js';

const SIGNS: Readonly<Record<LogEntry['level'], readonly [sign: string, word: string]>> = {
  bad: ['■', 'Trouble'],
  warn: ['◐', 'Warning'],
  good: ['●', 'Recovery'],
  info: ['○', 'Note'],
};

/** The events, newest first. */
export interface LogList {
  readonly element: HTMLElement;
  show(entries: readonly LogEntry[]): void;
}

/** `withKeys`: each entry says which key it is about. */
export function logList(withKeys: boolean, limit: number): LogList {
  const list = h('ol', { class: 'log' });
  const none = h('p', { class: 'empty' }, 'Nothing has happened since this process started to watch.');
  const items = new Map<number, HTMLElement>();
  return {
    element: h('div', { class: 'log-box', tabindex: 0, role: 'region', 'aria-label': 'What happened' }, list, none),
    show(entries) {
      const shown = entries.slice(0, limit);
      none.hidden = shown.length > 0;
      const wanted = new Set(shown.map(({ seq }) => seq));
      for (const seq of items.keys()) if (!wanted.has(seq)) items.delete(seq);
      setChildren(
        list,
        shown.map((entry) => {
          const item = items.get(entry.seq) ?? itemOf(entry, withKeys);
          items.set(entry.seq, item);
          return item;
        }),
      );
    },
  };
}

function itemOf({ atMs, level, policy, key, text, times }: LogEntry, withKeys: boolean): HTMLElement {
  const [sign, word] = SIGNS[level];
  const about = key === '' ? h('span', { class: 'about' }, h('bdi', {}, policy)) : linkTo(policy, key);
  return h(
    'li',
    { 'data-level': level },
    h('time', { datetime: new Date(atMs).toISOString() }, timeOfDay(atMs)),
    h('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    h('span', { class: 'visually-hidden' }, `${word}: `),
    h(
      'span',
      { class: 'what' },
      withKeys ? about : undefined,
      h('span', {}, times === undefined ? text : `${text} (${times} times)`),
    ),
  );
}

function linkTo(policy: string, key: string): HTMLElement {
  return h('a', { class: 'about', href: addressOf(policy, key) }, h('bdi', {}, key));
}
