import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RetryBudget } from './budget.js';

const rules = { ratio: 0.2, minRetriesPerSecond: 10, windowMs: 10_000 };

/** Counts the retries that it allows at once. */
function drain(budget: RetryBudget, nowMs: number): number {
  let given = 0;
  while (budget.tryWithdraw(nowMs)) given += 1;
  return given;
}

it('holds ten retries a second for the length of its window before any call', () => {
  expect(drain(new RetryBudget(rules), 0)).toBe(100);
});

/** Counts calls that have begun, and calls that have been answered. */
function calls(budget: RetryBudget, began: number, answered: number, nowMs = 0): void {
  for (let call = 0; call < began; call += 1) budget.began(nowMs);
  for (let call = 0; call < answered; call += 1) budget.answered(nowMs);
}

it('allows one retry for five calls', () => {
  const budget = new RetryBudget({ ...rules, minRetriesPerSecond: 0 });
  for (let call = 1; call <= 5; call += 1) {
    expect(budget.tryWithdraw(0)).toBe(false);
    calls(budget, 1, 1);
  }
  expect(drain(budget, 0)).toBe(1);
});

it.each([
  [100, 20],
  [50, 20],
  [25, 10],
  [0, 0],
])('buys for 100 calls, %d of them answered, %d retries', (answered, retries) => {
  const budget = new RetryBudget({ ...rules, minRetriesPerSecond: 0 });
  calls(budget, 100, answered);
  expect(drain(budget, 0)).toBe(retries);
});

it('keeps a reserve for a key with few calls, as large as what its calls fall short of', () => {
  const held = (began: number, answers: number): number => {
    const budget = new RetryBudget(rules);
    calls(budget, began, answers);
    return budget.available(0);
  };
  expect([held(0, 0), held(100, 100), held(500, 500), held(600, 600)]).toEqual([100, 100, 100, 120]);
  expect([held(100, 0), held(500, 0), held(600, 0)]).toEqual([80, 0, 0]);
});

it('allows none at a ratio of 0, and one per call at a ratio of 1', () => {
  const bought = (ratio: number) => {
    const budget = new RetryBudget({ ratio, minRetriesPerSecond: 0, windowMs: 10_000 });
    calls(budget, 50, 50);
    return drain(budget, 0);
  };
  expect([bought(0), bought(1)]).toEqual([0, 50]);
});

it('forgets deposits and withdrawals together when the window has passed', () => {
  const budget = new RetryBudget({ ...rules, minRetriesPerSecond: 1 });
  calls(budget, 100, 100);
  expect(drain(budget, 0)).toBe(20);
  expect(budget.available(9_999)).toBe(0);
  expect(budget.available(10_000)).toBe(10);
});

it('shows how much it holds, never less than nothing', () => {
  const budget = new RetryBudget({ ratio: 0.1, minRetriesPerSecond: 0, windowMs: 1_000 });
  expect(budget.available(0)).toBe(0);
  calls(budget, 3, 3);
  expect(budget.available(0)).toBe(0.3);
  calls(budget, 7, 7, 550);
  expect(budget.tryWithdraw(560)).toBe(true);
  expect(budget.available(1_050)).toBe(0);
});

it('behaves like a simple ledger, whatever the order of events', () => {
  const step = fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.nat(300), fc.nat(2_000)),
    what: fc.constantFrom('began' as const, 'answered' as const, 'withdraw' as const),
  });
  const ratios = fc.constantFrom(0, 0.1, 0.2, 0.5, 1);
  fc.assert(
    fc.property(ratios, fc.constantFrom(0, 1, 3), fc.array(step, { maxLength: 100 }), (ratio, perSecond, steps) => {
      const budget = new RetryBudget({ ratio, minRetriesPerSecond: perSecond, windowMs: 1_000 });
      let nowMs = 50;
      let slicesFromMs = nowMs;
      let ledger: { readonly slice: number; readonly what: string }[] = [];
      const sum = () => {
        const slice = Math.floor((nowMs - slicesFromMs) / 100);
        ledger = ledger.filter((entry) => entry.slice > slice - 10);
        const count = (what: string): number => ledger.filter((entry) => entry.what === what).length;
        const reserve = Math.max(0, perSecond - ratio * count('began'));
        return ratio * Math.min(count('began'), 2 * count('answered')) + reserve - count('withdraw');
      };
      const note = (what: string) => {
        if (ledger.length === 0) slicesFromMs = nowMs;
        ledger.push({ slice: Math.floor((nowMs - slicesFromMs) / 100), what });
      };
      for (const { afterMs, what } of steps) {
        nowMs += afterMs;
        const held = sum();
        expect(budget.available(nowMs)).toBeCloseTo(Math.max(0, held), 6);
        if (what === 'withdraw') {
          const allowed = held > 1 - 1e-9;
          expect(budget.tryWithdraw(nowMs)).toBe(allowed);
          if (allowed) note(what);
        } else {
          budget[what](nowMs);
          note(what);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

it('never allows more than the ratio of the calls and the reserve within a window', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(120), { maxLength: 200 }), (gaps) => {
      const budget = new RetryBudget({ ratio: 0.2, minRetriesPerSecond: 2, windowMs: 1_000 });
      let nowMs = 0;
      let began = 0;
      let retries = 0;
      for (const gap of gaps) {
        nowMs += gap;
        calls(budget, 1, 1, nowMs);
        began += 1;
        retries += drain(budget, nowMs);
      }
      const windows = Math.floor(nowMs / 900) + 1;
      expect(retries).toBeLessThanOrEqual(began * 0.2 + windows * 2 + windows);
    }),
  );
});
