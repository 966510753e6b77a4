import type { KeyRow } from '../src/view/wire.js';
import { h, setAttribute, setText } from './dom.js';

const LOOKS: Readonly<Record<KeyRow['state'], readonly [sign: string, word: string]>> = {
  closed: ['●', 'Closed'],
  'half-open': ['◐', 'Half-open'],
  open: ['■', 'Open'],
  'forced-open': ['✕', 'Forced open'],
  none: ['○', 'No breaker'],
};

/** A breaker's state by colour, sign and word, so that no one of them is needed. */
export interface StateBadge {
  readonly element: HTMLElement;
  show(state: KeyRow['state']): void;
}

export function stateBadge(): StateBadge {
  const sign = h('span', { 'aria-hidden': 'true', class: 'sign' });
  const word = h('span');
  const element = h('span', { class: 'badge' }, sign, word);
  return {
    element,
    show(state) {
      const [wantedSign, wantedWord] = LOOKS[state];
      setAttribute(element, 'data-state', state);
      setText(sign, wantedSign);
      setText(word, wantedWord);
    },
  };
}

export function stateWord(state: KeyRow['state']): string {
  return LOOKS[state][1];
}
