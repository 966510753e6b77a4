import { describe, expect, test } from '@jest/globals';
import { figuresOf } from './figures.js';
import type { Group } from './group.js';
import { targetsOf } from './targets.js';

/** A group in which each case was measured once. */
function groupOf(name: string, values: Readonly<Record<string, number>>, base?: string) {
  const cases = Object.entries(values).map(([of, value]) => ({ name: of, samples: [value] }));
  return figuresOf({ name, unit: 'ns', cases, ...(base !== undefined && { base }) } satisfies Group);
}

const judged = (...groups: Parameters<typeof targetsOf>[0]) =>
  targetsOf(groups).map(({ target, measured, met }) => [target, Number(measured.toFixed(3)), met]);

describe('execute', () => {
  test('is to cost at most a third of what the peers cost, over the bare function', () => {
    const values = { bare: 100, breakwater: 150, cockatiel: 250, opossum: 249 };

    expect(judged(groupOf('execute: an async function', values, 'bare'))).toEqual([
      ['breakwater, to cockatiel', 0.333, true],
      ['breakwater, to opossum', 0.336, false],
    ]);
  });

  test('is to cost at most half with a listener, whatever it listens to', () => {
    const values = {
      bare: 0,
      "breakwater, on('call')": 51,
      "breakwater, on('attempt')": 50,
      'cockatiel, onSuccess': 100,
      "opossum, on('success')": 200,
    };

    expect(judged(groupOf('execute: an async function, one listener', values, 'bare')).map(([, , met]) => met)).toEqual(
      [false, true, true, true],
    );
  });
});

test.each([
  [102.9, true],
  [103.1, false],
])('axios at %f %% of bare axios is within 3 %%: %s', (ours, met) => {
  const get = groupOf('axios: GET', { bare: 100, breakwater: ours }, 'bare');
  const post = groupOf('axios: POST with a JSON body', { bare: 100, breakwater: ours }, 'bare');

  expect(judged(get, post).map(([, , was]) => was)).toEqual([met, met]);
});

test.each([
  [100, 0, true],
  [102, 1.961, true],
  [103, 2.913, false],
])('got that takes %d %% of the time makes %d %% fewer requests', (ours, lost, met) => {
  const group = groupOf('got: GET over loopback, 32 at a time', { bare: 100, breakwater: ours }, 'bare');

  expect(judged(group)).toEqual([['requests a second lost to bare got', lost, met]]);
});

test('a rejection is to cost at most half of what the peers take for it', () => {
  const values = { 'bare: throws a new Error': 40, breakwater: 50, cockatiel: 100, opossum: 99 };

  expect(judged(groupOf('reject: by an open circuit', values)).map(([, , met]) => met)).toEqual([true, false]);
});

describe('memory', () => {
  test.each([
    [600, true],
    [601, false],
  ])('an idle key of %d bytes is small enough: %s', (size, met) => {
    expect(judged(groupOf('memory: an idle key', { breakwater: size }))).toEqual([['bytes of an idle key', size, met]]);
  });

  test('is to be given back, and no timer left', () => {
    const heap = groupOf('memory: heap of keys, used and evicted', { held: 1_000, 'left a': 10, 'left b': 11 });
    const timers = groupOf('memory: timers of all those keys', { left: 1 });

    expect(judged(heap, timers).map(([, , met]) => met)).toEqual([true, false, false]);
  });

  test('a call among many keys is to cost what a call of one does, but for what a map of so many costs', () => {
    const values = {
      bare: 0,
      'breakwater, 1 key': 110,
      'breakwater, 100,000 keys': 425,
      'a Map, 1 key': 10,
      'a Map, 100,000 keys': 300,
    };

    expect(judged(groupOf('memory: a call among many keys', values, 'bare'))).toEqual([
      ['a call among 100,000 keys to one of 1 key, less a Map', 1.25, true],
    ]);
  });
});

test('a bundle is to have nothing of what is not used', () => {
  const values = {
    breakwater: 20_000,
    'breakwater, parseRetryAfter alone': 1_001,
    'breakwater, backoffDelay alone': 1_000,
    'breakwater, imported for nothing': 1,
  };

  expect(judged(groupOf('bundle: for browser', values)).map(([, , met]) => met)).toEqual([false, false, true]);
});

test('what was not measured is not judged', () => {
  expect(judged(groupOf('execute: an async function', { bare: 1 }, 'bare'), groupOf('reject: else', {}))).toEqual([]);
});
