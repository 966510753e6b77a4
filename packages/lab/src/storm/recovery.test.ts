import { expect, test } from '@jest/globals';
import { recoveryOf, type Sample } from './recovery.js';

/** Calls every `everyMs` from 0 up to `toMs`; `fails` selects those that fail. */
const calls = (everyMs: number, toMs: number, fails: (atMs: number) => boolean): Sample[] =>
  Array.from({ length: Math.floor(toMs / everyMs) }, (_, index) => ({
    startMs: index * everyMs,
    ok: !fails(index * everyMs),
  }));

const GONE_MS = 1_000;

test('calls that all succeed from the cause on are back at once, whatever was before', () => {
  expect(
    recoveryOf(
      calls(2, 5_000, (atMs) => atMs < GONE_MS),
      GONE_MS,
    ),
  ).toEqual({ kind: 'recovered', afterMs: 0 });
});

test('the time is from the end of the cause to the first call of the good stretch', () => {
  const result = recoveryOf(
    calls(2, 5_000, (atMs) => atMs < 1_800),
    GONE_MS,
  );
  // The windows may hold 1 %: two calls of 250.
  expect(result).toEqual({ kind: 'recovered', afterMs: 796 });
});

test('a later relapse counts until its end', () => {
  const relapse = (atMs: number): boolean => atMs < 1_500 || (atMs >= 3_000 && atMs < 3_100);
  expect(recoveryOf(calls(2, 5_000, relapse), GONE_MS)).toEqual({ kind: 'recovered', afterMs: 2_096 });
});

test('one failure in a hundred calls is no relapse', () => {
  expect(
    recoveryOf(
      calls(2, 5_000, (atMs) => atMs % 400 === 0),
      GONE_MS,
    ),
  ).toEqual({ kind: 'recovered', afterMs: 0 });
});

test('a client that fails to the end never recovers, nor one of which only the last calls succeed', () => {
  expect(
    recoveryOf(
      calls(2, 5_000, () => true),
      GONE_MS,
    ),
  ).toEqual({ kind: 'never' });
  expect(
    recoveryOf(
      calls(2, 5_000, (atMs) => atMs < 4_800),
      GONE_MS,
    ),
  ).toEqual({ kind: 'never' });
});

test('at low rates a window is long enough for a hundred calls', () => {
  const [sparse, goneMs] = [calls(20, 10_000, (atMs) => atMs < 2_000 || atMs === 6_000), GONE_MS];
  expect(recoveryOf(sparse, goneMs)).toEqual({ kind: 'recovered', afterMs: 980 + 20 - 20 });
});

test('without trouble there is nothing to recover from', () => {
  expect(
    recoveryOf(
      calls(2, 100, () => true),
      undefined,
    ),
  ).toEqual({ kind: 'not-applicable' });
});
