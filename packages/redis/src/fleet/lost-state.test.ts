import { expect, it } from '@jest/globals';
import { moveAfterLoss } from './lost-state.js';

const generation = 1_000_000;
/** The stretch of ten seconds in which the generation was made, by a clock that is right. */
const stretch = 100;

it.each([
  ['closed', 'closed', undefined],
  ['closed', 'open', 'closed'],
  ['closed', 'forced-open', 'forced-close'],
  ['open', 'closed', 'reopen'],
  ['open', 'open', 'reopen'],
  ['open', 'forced-open', 'follow'],
  ['half-open', 'closed', 'reopen'],
  ['half-open', 'open', 'reopen'],
  ['half-open', 'forced-open', 'follow'],
  ['forced-open', 'closed', 'forced-open'],
  ['forced-open', 'open', 'forced-open'],
  ['forced-open', 'forced-open', 'follow'],
] as const)('a process that is %s, and a Redis that is %s by an older generation: %s', (phase, known, move) => {
  expect(moveAfterLoss(phase, generation, { phase: known, stretch })).toBe(move);
});

it.each(['closed', 'open', 'half-open', 'forced-open'] as const)(
  'a process that is %s follows an open circuit of a Redis whose clock is behind',
  (phase) => {
    expect(moveAfterLoss(phase, generation, { phase: 'open', stretch: stretch - 1 })).toBe('follow');
  },
);

it('tells a Redis that is empty what is open, also if its clock is behind', () => {
  expect(moveAfterLoss('open', generation, { phase: 'closed', stretch: 0 })).toBe('reopen');
});
