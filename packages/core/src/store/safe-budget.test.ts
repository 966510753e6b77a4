import { expect, it } from '@jest/globals';
import type { KeyBudget } from '../retry/budget.js';
import { SafeBudget } from './safe-budget.js';

const rules = { ratio: 0, minRetriesPerSecond: 1, windowMs: 2_000 };

/** Returns what a method returns; undefined, and a note of the method, if it throws. */
function noting() {
  const failed: string[] = [];
  const attempt = <T>(method: keyof KeyBudget, action: () => T): T | undefined => {
    try {
      return action();
    } catch {
      failed.push(method);
      return undefined;
    }
  };
  return { failed, attempt };
}

function budgetOf(inner: Partial<Record<keyof KeyBudget, unknown>> | undefined) {
  const { failed, attempt } = noting();
  return { budget: new SafeBudget(inner as KeyBudget | undefined, rules, attempt), failed };
}

it('passes everything on to the budget of the store, and returns its answers', () => {
  const told: unknown[] = [];
  const { budget, failed } = budgetOf({
    began: (nowMs: number) => void told.push(['began', nowMs]),
    answered: (nowMs: number) => void told.push(['answered', nowMs]),
    tryWithdraw: (nowMs: number) => nowMs < 10,
    available: () => 0,
  });
  budget.began(1);
  budget.answered(2);
  expect(told).toEqual([
    ['began', 1],
    ['answered', 2],
  ]);
  expect([budget.tryWithdraw(9), budget.tryWithdraw(10), budget.available(0), budget.windowMs]).toEqual([
    true,
    false,
    0,
    2_000,
  ]);
  expect(failed).toEqual([]);
});

it('uses a budget of its own if the store has made none', () => {
  const { budget, failed } = budgetOf(undefined);
  expect(budget.available(0)).toBe(2);
  expect([budget.tryWithdraw(0), budget.tryWithdraw(0), budget.tryWithdraw(0)]).toEqual([true, true, false]);
  expect(failed).toEqual([]);
});

it('counts calls and answers in its own budget from the first failure on', () => {
  const { attempt } = noting();
  const paid = new SafeBudget(undefined, { ...rules, ratio: 1, minRetriesPerSecond: 0 }, attempt);
  paid.began(0);
  expect(paid.available(0)).toBe(0);
  paid.answered(0);
  expect(paid.available(0)).toBe(1);
});

const nonsense: readonly Partial<Record<keyof KeyBudget, () => unknown>>[] = [
  { tryWithdraw: () => undefined, available: () => 'much' },
  { tryWithdraw: () => 1, available: () => -1 },
  { tryWithdraw: () => Promise.resolve(true), available: () => Number.NaN },
];

it.each(nonsense)('ignores invalid answers: %#', (inner) => {
  const { budget } = budgetOf({ began() {}, answered() {}, ...inner });
  expect([budget.tryWithdraw(0), budget.tryWithdraw(0), budget.tryWithdraw(0)]).toEqual([true, true, false]);
  expect(budget.available(0)).toBe(0);
});

it('names the failed method, and never fails', () => {
  const throwing = () => {
    throw new Error('down');
  };
  const methods = { began: throwing, answered: throwing, tryWithdraw: throwing, available: throwing };
  const { budget, failed } = budgetOf(methods);
  budget.began(0);
  budget.answered(0);
  expect(budget.tryWithdraw(0)).toBe(true);
  expect(budget.available(0)).toBe(1);
  expect(failed).toEqual(['began', 'answered', 'tryWithdraw', 'available']);
});
