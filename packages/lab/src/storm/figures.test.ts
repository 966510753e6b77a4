import { expect, test } from '@jest/globals';
import { figuresOf, type RunFigures } from './figures.js';
import { startTimes } from './load.js';
import { FAILED, OK, REFUSED } from './messages.js';
import { seriesOf } from './series.js';
import type { Shape } from './shape.js';
import { verdictsOf } from './targets.js';

/** 10 calls a second for 7 s; for 4 s in the middle the server refuses connections. */
const shape: Shape = {
  name: 'outage-test',
  about: '',
  phases: [
    { name: 'before', ms: 2_000 },
    { name: 'outage', ms: 4_000, bad: true, servers: { reach: 'refused' } },
    { name: 'after', ms: 1_000 },
  ],
};
const starts = startTimes(shape, 10);

/** Answers take 10 ms. In the outage calls fail for 500 ms, with an attempt each, and are refused after that. */
function record(): Parameters<typeof figuresOf>[1] {
  const outcomes = Uint8Array.from(starts, (startMs) => {
    if (startMs < 2_000 || startMs >= 6_000) return OK;
    return startMs < 2_500 ? FAILED : REFUSED;
  });
  const seen = (startMs: number): boolean => startMs < 2_000 || startMs >= 6_000;
  const perBin = (counted: (startMs: number) => boolean): Int32Array =>
    Int32Array.from({ length: 70 }, (_, bin) => (counted(bin * 100) ? 1 : 0));
  const origin = {
    arrivals: perBin(seen),
    served: perBin(seen),
    waiting: new Int32Array(70),
    delays: Float32Array.from({ length: 700 }, (_, tick) => (seen(tick * 10) ? 10 : Number.POSITIVE_INFINITY)),
  };
  const client = {
    outcomes,
    endsMs: Float64Array.from(starts, (startMs) => startMs + 10),
    latenessMs: new Float32Array(starts.length),
    attempts: perBin((startMs) => seen(startMs) || startMs < 2_500 || startMs === 4_000),
    cpuShare: 0.1,
  };
  return { starts, warmUpSuccess: 1, client, origins: [origin] };
}

test('a run becomes figures', () => {
  const figures = figuresOf(shape, record());
  expect(figures).toMatchObject({
    ...{ calls: 70, ok: 30, failed: 5, refused: 35, unfinished: 0, harmed: 0 },
    success: 30 / 70,
    attemptsPerCall: 30 / 70,
    latency: { p50: 10, p95: 10 },
    recovery: { kind: 'recovered', afterMs: 0 },
    // One attempt in the two seconds from 4 s to 6 s.
    attemptsPerSecondDead: 0.5,
  });
  expect(figures.phases).toMatchObject([
    { name: 'before', bad: false, calls: 20, success: 1, attemptsPerCall: 1, goodput: 1 },
    { name: 'outage', bad: true, calls: 40, success: 0, refused: 35, attemptsPerCall: 0, goodput: undefined },
    { name: 'after', calls: 10, success: 1, limitPerSecond: 10 },
  ]);
  expect(figures.origins).toEqual([{ good: false, calls: 40, refused: 35, success: 0 }]);
});

test('phases of one name are one', () => {
  const twice: Shape = { ...shape, phases: [...shape.phases, ...shape.phases] };
  const phases = figuresOf(twice, { ...record(), starts }).phases;
  expect(phases.map(({ name, ms }) => [name, ms])).toEqual([
    ['before', 4_000],
    ['outage', 8_000],
    ['after', 2_000],
  ]);
});

test('a series has a value for every bin', () => {
  const series = seriesOf(shape, record());
  for (const values of Object.values(series)) {
    if (Array.isArray(values)) expect(values).toHaveLength(70);
  }
  expect(series.begun.slice(0, 3)).toEqual([1, 1, 1]);
  expect(series.refused.reduce((a, b) => a + b)).toBe(35);
  expect(series.inFlight.every((open) => open === 0)).toBe(true);
});

test('targets are judged by the figures', () => {
  const figures = figuresOf(shape, record());
  expect(verdictsOf(shape.name, figures, undefined)).toEqual([
    { target: 'attempts a second, once known dead: at most 2.00', measured: '0.50', met: true },
    { target: 'back at 99 % within 1000 ms', measured: '0.00 s', met: true },
  ]);
  const never: RunFigures = { ...figures, recovery: { kind: 'never' } };
  expect(verdictsOf(shape.name, never, undefined)[1]).toMatchObject({ measured: 'never', met: false });
});

test('a comparison with bare needs a bare run, and allows for noise only', () => {
  const ours = { ...figuresOf(shape, record()), success: 0.899 };
  const bare = { ...ours, success: 0.9 };
  expect(verdictsOf('throttled', ours, undefined)).toEqual([]);
  expect(verdictsOf('throttled', ours, bare)).toMatchObject([{ met: true }]);
  expect(verdictsOf('throttled', { ...ours, success: 0.89 }, bare)).toMatchObject([{ measured: '89.0 %', met: false }]);
});

test('a shape without requirements has no targets', () => {
  expect(verdictsOf('unknown', figuresOf(shape, record()), undefined)).toEqual([]);
});
