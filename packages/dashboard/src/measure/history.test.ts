import { describe, expect, it } from '@jest/globals';
import { fieldNames, History, type Moment, resolutions } from './history.js';

const nothing = Object.fromEntries(fieldNames.map((name) => [name, undefined])) as unknown as Moment;
const moment = (values: Partial<Moment>): Moment => ({ ...nothing, answered: 0, ...values });
const fine = { stepMs: 1_000, keepMs: 900_000, maxBlocks: 100 };
const coarse = { stepMs: 10_000, keepMs: 21_600_000, maxBlocks: 100 };

describe('a history', () => {
  it('returns its input, with gaps for unknown moments', () => {
    const history = new History(fine);
    history.record('a', 10_500, moment({ answered: 3, p95: 12 }));
    history.record('a', 12_500, moment({ answered: 5 }));
    const { fromMs, stepMs, values } = history.stretch('a', 9_000, 14_000);
    expect([fromMs, stepMs]).toEqual([9_000, 1_000]);
    expect(values.answered).toEqual([null, 3, null, 5, null]);
    expect(values.p95).toEqual([null, 12, null, null, null]);
  });

  it('sums up the counts of a longer moment, and keeps its worst latency and last cap', () => {
    const history = new History(coarse);
    history.record('a', 21_000, moment({ answered: 3, p95: 40, cap: 9, state: 2 }));
    history.record('a', 22_000, moment({ answered: 4, p95: 10, cap: 7, state: 0 }));
    history.record('a', 23_000, moment({ answered: 1, p95: undefined, cap: undefined }));
    const { values } = history.stretch('a', 20_000, 30_000);
    expect([values.answered, values.p95, values.cap, values.state]).toEqual([[8], [40], [7], [2]]);
  });

  it('keeps each key to itself', () => {
    const history = new History(fine);
    history.record('a', 1_000, moment({ answered: 1 }));
    history.record('b', 1_000, moment({ answered: 2 }));
    expect(history.stretch('a', 1_000, 2_000).values.answered).toEqual([1]);
    expect(history.stretch('b', 1_000, 2_000).values.answered).toEqual([2]);
    expect(history.stretch('c', 1_000, 2_000).values.answered).toEqual([null]);
  });

  it('returns nothing older than it keeps', () => {
    const history = new History(fine);
    history.record('a', 0, moment({ answered: 1 }));
    const { fromMs, values } = history.stretch('a', 0, 1_000_000);
    expect([fromMs, values.answered.length]).toEqual([100_000, 900]);
  });

  it('forgets what is too old', () => {
    const history = new History(fine);
    history.record('a', 0, moment({ answered: 1 }));
    history.prune(900_000);
    expect(history.blockCount).toBe(1);
    history.prune(960_000);
    expect(history.blockCount).toBe(0);
  });

  it('uses a bounded number of blocks however many keys there are, and keeps the newest', () => {
    const history = new History(fine);
    for (let n = 0; n < 1_000; n += 1) history.record(`key-${n}`, n * 1_000, moment({ answered: 1 }));
    expect(history.blockCount).toBe(100);
    expect(history.stretch('key-0', 0, 1_000_000).values.answered).not.toContain(1);
    expect(history.stretch('key-999', 0, 1_000_000).values.answered).toContain(1);
  });

  it('works with a wall clock that goes back', () => {
    const history = new History(fine);
    history.record('a', 500_000, moment({ answered: 1 }));
    history.record('a', 100_000, moment({ answered: 2 }));
    expect(history.stretch('a', 500_000, 501_000).values.answered).toEqual([1]);
    expect(history.stretch('a', 900_000, 501_000).values.answered).toEqual([]);
  });
});

it('keeps 15 minutes in steps of a second and 6 hours in steps of ten, in 24 MB at most', () => {
  expect(resolutions.map(({ stepMs, keepMs }) => [stepMs, keepMs])).toEqual([
    [1_000, 900_000],
    [10_000, 21_600_000],
  ]);
  const bytes = resolutions.reduce((sum, { maxBlocks }) => sum + maxBlocks * 60 * fieldNames.length * 4, 0);
  expect(bytes).toBeLessThanOrEqual(24_000_000);
});
