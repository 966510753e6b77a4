import { expect, it } from '@jest/globals';
import { parseNews, parseNote, parseView } from './fleet-view.js';

const text =
  '1732297545000 open 900 2 probe-failed 7 30 1 42 20 10 3 2 2 1 250 1 8 176 40 web%202:17/9f,web-1:42/3c,web-1:42/3d 33 50 40 5 6';

it("reads a script's answer", () => {
  expect(parseView(text)).toEqual({
    generation: 1_732_297_545_000,
    phase: 'open',
    remainingMs: 900,
    growth: 2,
    why: 'probe-failed',
    coolGeneration: 7,
    coolRemainingMs: 30,
    leases: 1,
    slice: 42,
    counts: { calls: 20, failures: 10, slow: 3 },
    failing: 2,
    needed: 2,
    applied: true,
    published: undefined,
    waitMs: 250,
    ruleSets: 1,
    instances: 8,
    stretch: 176,
    sinceSyncMs: 40,
    openedBy: ['web 2:17', 'web-1:42'],
    budget: { slice: 33, sums: [50, 40, 5, 6] },
  });
});

it.each([
  ['0', false, undefined],
  ['1', true, undefined],
  ['2', false, true],
  ['3', true, true],
  ['4', false, false],
  ['5', true, false],
])('reads if a change was applied and published: %s', (field, applied, published) => {
  expect(parseView(text.replace('2 1 250', `2 ${field} 250`))).toMatchObject({ applied, published, waitMs: 250 });
});

it('reads a message, whose name may have spaces', () => {
  expect(parseNews(`${text} billing:a b`)).toEqual({ name: 'billing:a b', view: parseView(text) });
});

it('reads a note of the board, whose name may have spaces', () => {
  const view = {
    generation: 7,
    phase: 'open',
    remainingMs: 900,
    growth: 2,
    why: 'probe-failed',
    instances: 1,
    openedBy: [],
  };
  expect(parseNote('7 open 900 2 probe-failed billing:a b')).toMatchObject({ name: 'billing:a b', view });
  expect(parseNote('7 open soon 2 probe-failed billing:a b')).toBeUndefined();
  expect(parseNote('7 open 900 2 probe-failed')).toBeUndefined();
});

it.each(['', 'hello', `${text} more`, text.replace('open', 'ajar'), text.replace('900', 'soon')])(
  'ignores keys that belong to others: %j',
  (other) => {
    expect(parseView(other)).toBeUndefined();
  },
);

it.each(['', 'hello', text, `${text} `])('ignores %j', (other) => {
  expect(parseNews(other)).toBeUndefined();
});
