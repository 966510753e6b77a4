import { describe, expect, test } from '@jest/globals';
import { figuresOf } from './figures.js';
import type { Group } from './group.js';
import { targetsOf } from './targets.js';

/** A group in which each case was measured once. */
function groupOf(name: string, values: Readonly<Record<string, number>>, base?: string, node = '20.20.2') {
  const cases = Object.entries(values).map(([of, value]) => ({ name: of, samples: [value] }));
  const figures = figuresOf({ name, unit: 'ns', cases, ...(base !== undefined && { base }) } satisfies Group);
  return { ...figures, node };
}

const judged = (...groups: Parameters<typeof targetsOf>[0]) =>
  targetsOf(groups).map(({ target, measured, met }) => [target, Number(measured.toFixed(3)), met]);

describe('execute', () => {
  const values = { bare: 100, breakwater: 145, cockatiel: 200, opossum: 199 };

  test('is to cost at most 0.45 of what the peers cost, over the bare function', () => {
    expect(judged(groupOf('execute: an async function', values, 'bare'))).toEqual([
      ['breakwater, to cockatiel', 0.45, true],
      ['breakwater, to opossum', 0.455, false],
    ]);
  });

  test('is to cost at most half of that on Node 24', () => {
    const group = groupOf('execute: an async function', { ...values, opossum: 189 }, 'bare', '24.1.0');

    expect(judged(group)).toEqual([
      ['breakwater, to cockatiel', 0.45, true],
      ['breakwater, to opossum', 0.506, false],
    ]);
  });

  test('is to cost at most 0.6 of theirs with a listener, whatever it listens to', () => {
    const heard = {
      bare: 0,
      "breakwater, on('call')": 61,
      "breakwater, on('attempt')": 60,
      'cockatiel, onSuccess': 100,
      "opossum, on('success')": 200,
    };

    expect(judged(groupOf('execute: an async function, one listener', heard, 'bare')).map(([, , met]) => met)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});

test.each([
  [104.9, '20.20.2', true],
  [105.1, '20.20.2', false],
  [106.9, '24.1.0', true],
  [107.1, '24.1.0', false],
])('axios at %f %% of bare axios on Node %s is cheap enough: %s', (ours, node, met) => {
  const get = groupOf('axios: GET', { bare: 100, breakwater: ours }, 'bare', node);
  const post = groupOf('axios: POST with a JSON body', { bare: 100, breakwater: ours }, 'bare', node);

  expect(judged(get, post).map(([, , was]) => was)).toEqual([met, met]);
});

test.each([
  [100, 0, true],
  [105.5, 5.5, true],
  [107, 7, false],
])('got that takes %f %% of the time costs %f %% more', (ours, more, met) => {
  const group = groupOf('got: GET over loopback, 32 at a time', { bare: 100, breakwater: ours }, 'bare');

  expect(judged(group)).toEqual([['a GET, over bare got', more, met]]);
});

test('a rejection is to cost at most a third of what the peers take for it', () => {
  const values = { 'bare: throws a new Error': 40, breakwater: 33, cockatiel: 100, opossum: 99 };

  expect(judged(groupOf('reject: by an open circuit', values)).map(([, , met]) => met)).toEqual([true, false]);
});

describe('memory', () => {
  test.each([
    [600, true],
    [601, false],
  ])('an idle key of %d bytes is small enough: %s', (size, met) => {
    expect(judged(groupOf('memory: an idle key', { breakwater: size }))).toEqual([['bytes of an idle key', size, met]]);
  });

  test('is to be released, and no timer left', () => {
    const heap = groupOf('memory: heap of keys, used and evicted', { held: 1_000, 'left a': 10, 'left b': 11 });
    const timers = groupOf('memory: timers of all those keys', { left: 1 });

    expect(judged(heap, timers).map(([, , met]) => met)).toEqual([true, false, false]);
  });

  test.each([
    [725, 425, true],
    [726, 426, false],
  ])('a call among many keys that takes %d ns costs %d more than a map of so many', (ours, more, met) => {
    const values = {
      bare: 0,
      'breakwater, 1 key': 110,
      'breakwater, 100,000 keys': ours,
      'a Map, 1 key': 10,
      'a Map, 100,000 keys': 300,
    };

    expect(judged(groupOf('memory: a call among many keys', values, 'bare'))).toEqual([
      ['a call among 100,000 keys, less a Map', more, met],
    ]);
  });
});

test('a bundle is to have no unused parts', () => {
  const values = {
    breakwater: 24_000,
    'breakwater, parseRetryAfter alone': 1_201,
    'breakwater, backoffDelay alone': 1_200,
    'breakwater, imported for nothing': 1,
  };

  expect(judged(groupOf('bundle: for browser', values)).map(([, , met]) => met)).toEqual([true, false, false, true]);
});

test('a figure that was not measured is not judged', () => {
  expect(judged(groupOf('execute: an async function', { bare: 1 }, 'bare'), groupOf('reject: else', {}))).toEqual([]);
});
