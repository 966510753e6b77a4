import { describe, expect, test } from '@jest/globals';
import type { Figures, Outcome } from './figures.js';
import { breachesOf } from './judge.js';
import { phases } from './phases.js';

const MEGABYTE = 2 ** 20;

function outcome(
  figures: Partial<Figures> = {},
  exit: Outcome['exit'] = { kind: 'by-itself', code: 0, afterMs: 9 },
): Outcome {
  return {
    client: 'got',
    exit,
    figures: {
      ...{ client: 'got', began: 900_000, settled: 900_000, attempts: 1, requests: 1, elapsedMs: 1 },
      ...{ endings: {}, stops: {}, breaches: [], heap: heap(() => 20 * MEGABYTE) },
      aborts: Object.fromEntries(Object.keys(phases).map((phase) => [phase, 1])),
      ...figures,
    },
  };
}

function heap(valueAt: (calls: number) => number): Figures['heap'] {
  return Array.from({ length: 90 }, (_, index) => index * 10_000).map((calls) => ({ calls, value: valueAt(calls) }));
}

describe('a run', () => {
  test('that leaves nothing behind is without a breach', () => {
    expect(breachesOf(outcome())).toEqual([]);
  });

  test.each<[string, Outcome, RegExp]>([
    ['a call that never ended', outcome({ settled: 899_999 }), /^900000 calls have begun and 899999 have ended$/],
    ['what was seen on the way', outcome({ breaches: ['a warning: too many'] }), /^a warning: too many$/],
    ['a phase that never came up', outcome({ aborts: {} }), /^no call was aborted before the start$/],
    [
      'an object per call',
      outcome({ heap: heap((calls) => 16 * calls) }),
      /^the heap grows by 16\.0 bytes per call .* than 8\.0$/,
    ],
    ['an end with an error', outcome({}, { kind: 'by-itself', code: 7, afterMs: 9 }), /^the process ended with 7$/],
    ['a process that hangs', outcome({}, { kind: 'hung', resources: ['Timeout'] }), /did not end by itself: Timeout$/],
    [
      'a process that died',
      { ...outcome({}, { kind: 'early', how: 'SIGSEGV' }), figures: undefined },
      /before its time \(SIGSEGV\)$/,
    ],
  ])('names %s', (_what, run, words) => {
    expect(breachesOf(run)[0]).toMatch(words);
  });

  test('may grow in the warm-up, and vary after it', () => {
    const warming = heap((calls) => (calls < 300_000 ? calls * 50 : 15_000_000 + (calls % 70_000) * 20));
    expect(breachesOf(outcome({ heap: warming }))).toEqual([]);
  });

  test('with few calls may grow by code and caches, but not by a request per call', () => {
    const short = (bytesPerCall: number): Outcome => {
      const samples = heap(() => 0).map((_, index) => ({ calls: index * 30, value: index * 30 * bytesPerCall }));
      return outcome({ heap: samples, began: 2_700, settled: 2_700 });
    };
    expect(breachesOf(short(500))).toEqual([]);
    expect(breachesOf(short(5_000))).toHaveLength(1);
  });
});
