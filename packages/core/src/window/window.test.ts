import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CountWindow, type OutcomeWindow, TimeWindow } from './window.js';

function counts({ calls, failures, slow }: OutcomeWindow) {
  return { calls, failures, slow };
}

function at(window: OutcomeWindow, nowMs: number) {
  window.expire(nowMs);
  return counts(window);
}

const nothing = { calls: 0, failures: 0, slow: 0 };

it('counts calls, failures and slow calls separately', () => {
  for (const window of [new TimeWindow(1_000), new CountWindow(10)]) {
    window.record(0, false, false);
    window.record(1, true, false);
    window.record(2, false, true);
    window.record(3, true, true);
    expect(counts(window)).toEqual({ calls: 4, failures: 2, slow: 2 });
  }
});

it('forgets everything after idle time as long as the window', () => {
  const window = new TimeWindow(1_000);
  window.record(5_000, true, true);
  expect(at(window, 5_999)).toEqual({ calls: 1, failures: 1, slow: 1 });
  expect(at(window, 6_000)).toEqual(nothing);
});

it('forgets by slices of a tenth, oldest first', () => {
  const window = new TimeWindow(1_000);
  window.record(0, true, false);
  window.record(99, true, false);
  window.record(100, false, true);
  expect(at(window, 999)).toEqual({ calls: 3, failures: 2, slow: 1 });
  expect(at(window, 1_000)).toEqual({ calls: 1, failures: 0, slow: 1 });
  expect(at(window, 1_100)).toEqual(nothing);
});

it('begins new slices with the first outcome after idleness', () => {
  const window = new TimeWindow(1_000);
  window.record(0, true, false);
  window.record(1_050, false, false);
  expect(at(window, 2_049)).toEqual({ calls: 1, failures: 0, slow: 0 });
  expect(at(window, 2_050)).toEqual(nothing);
});

it('never counts an outcome that is older than the window, nor loses one that is younger than nine tenths of it', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(400), failed: fc.boolean(), slow: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.nat(1_500), (outcomes, idleMs) => {
      const window = new TimeWindow(1_000);
      let nowMs = 7;
      const log: { atMs: number; failed: boolean; slow: boolean }[] = [];
      for (const { afterMs, failed, slow } of outcomes) {
        nowMs += afterMs;
        window.record(nowMs, failed, slow);
        log.push({ atMs: nowMs, failed, slow });
      }
      nowMs += idleMs;
      const seen = at(window, nowMs);
      const within = (ms: number) => log.filter(({ atMs }) => nowMs - atMs < ms);
      expect(seen.calls).toBeLessThanOrEqual(within(1_000).length);
      expect(seen.calls).toBeGreaterThanOrEqual(within(900).length);
      const kept = log.slice(log.length - seen.calls);
      expect(seen.failures).toBe(kept.filter(({ failed }) => failed).length);
      expect(seen.slow).toBe(kept.filter(({ slow }) => slow).length);
    }),
    { numRuns: 1_000 },
  );
});

it('counts the last outcomes, however long ago they were', () => {
  const outcomes = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 50 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), outcomes, (size, marks) => {
      const window = new CountWindow(size);
      marks.forEach(([failed, slow], index) => {
        window.record(index * 1e9, failed, slow);
      });
      const last = marks.slice(-size);
      expect(at(window, 1e15)).toEqual({
        calls: last.length,
        failures: last.filter(([failed]) => failed).length,
        slow: last.filter(([, slow]) => slow).length,
      });
    }),
    { numRuns: 1_000 },
  );
});

it('counts from nothing again once cleared', () => {
  for (const window of [new TimeWindow(1_000), new CountWindow(3)]) {
    for (let call = 0; call < 5; call += 1) window.record(call, true, true);
    window.clear();
    expect(at(window, 10)).toEqual(nothing);
    window.record(11, false, false);
    expect(at(window, 11)).toEqual({ calls: 1, failures: 0, slow: 0 });
  }
});
