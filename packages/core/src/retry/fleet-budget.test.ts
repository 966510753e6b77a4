import { expect, it } from '@jest/globals';
import { RetryBudget } from './budget.js';
import { FleetBudget } from './fleet-budget.js';

const rules = { ratio: 0.2, minRetriesPerSecond: 10, windowMs: 10_000 };
const NO_COUNTS = { began: 0, answered: 0, withdrawn: 0 };
const always = (): number => 0;

/** Counts the retries of so many that are asked for at once. */
function allowed(budget: FleetBudget, of: number, nowMs = 0): number {
  let given = 0;
  for (let asked = 0; asked < of; asked += 1) if (budget.tryWithdraw(nowMs)) given += 1;
  return given;
}

it('is a budget of one process as long as the fleet is one process', () => {
  const [fleet, own] = [new FleetBudget(rules, always), new RetryBudget(rules)];
  fleet.viewed({ rest: NO_COUNTS, refused: 0, instances: 1, nextMs: 1_000 }, 0);
  for (let nowMs = 0; nowMs < 30_000; nowMs += 7) {
    for (const budget of [fleet, own]) {
      budget.began(nowMs);
      if (nowMs % 3 === 0) budget.answered(nowMs);
    }
    expect(fleet.tryWithdraw(nowMs)).toBe(own.tryWithdraw(nowMs));
    expect(fleet.available(nowMs)).toBe(own.available(nowMs));
  }
});

it('counts calls, answers and retries of the others', () => {
  const budget = new FleetBudget(rules, always);
  const rest = { began: 1_000, answered: 1_000, withdrawn: 150 };
  budget.viewed({ rest, refused: 0, instances: 2, nextMs: 1_000 }, 0);
  expect(budget.available(0)).toBe(50);
  expect(allowed(budget, 100)).toBe(50);
});

it('gives an instance twice its equal share of the rest until the next view, and at least one retry', () => {
  const rest = { began: 1_000, answered: 1_000, withdrawn: 0 };
  const [few, many] = [new FleetBudget(rules, always), new FleetBudget(rules, always)];
  few.viewed({ rest, refused: 0, instances: 10, nextMs: 1_000 }, 0);
  many.viewed({ rest, refused: 0, instances: 1_000, nextMs: 1_000 }, 0);
  expect([allowed(few, 100), allowed(many, 100)]).toEqual([40, 1]);
  many.viewed({ rest, refused: 0, instances: 1_000, nextMs: 1_000 }, 0);
  expect(allowed(many, 100)).toBe(1);
});

it('allows by chance as many retries as the fleet has left until two views later', () => {
  let draw = 0;
  const budget = new FleetBudget(rules, () => draw);
  // 60 retries a second are wanted, and 30 are left.
  const rest = { began: 1_000, answered: 1_000, withdrawn: 170 };
  budget.viewed({ rest, refused: 430, instances: 2, nextMs: 1_000 }, 0);
  draw = 0.26;
  expect(budget.tryWithdraw(0)).toBe(false);
  draw = 0.24;
  expect(budget.tryWithdraw(0)).toBe(true);
});

it('refuses if the fleet has spent everything, whatever this instance has paid', () => {
  const budget = new FleetBudget(rules, always);
  for (let call = 0; call < 100; call += 1) budget.began(0);
  for (let call = 0; call < 100; call += 1) budget.answered(0);
  budget.viewed({ rest: { began: 900, answered: 900, withdrawn: 200 }, refused: 0, instances: 10, nextMs: 1_000 }, 0);
  expect(budget.tryWithdraw(0)).toBe(false);
});

it('uses its own calls and its share of the reserve if the fleet cannot be reached', () => {
  const budget = new FleetBudget(rules, always);
  expect(budget.available(0)).toBe(100);
  budget.viewed({ rest: NO_COUNTS, refused: 0, instances: 8, nextMs: 1_000 }, 0);
  budget.viewed(undefined, 0);
  expect(budget.available(0)).toBe(12.5);
  expect(allowed(budget, 100)).toBe(12);
});

it('reports its counts once', () => {
  const budget = new FleetBudget({ ...rules, minRetriesPerSecond: 0.1 }, always);
  budget.began(0);
  budget.answered(0);
  allowed(budget, 3);
  expect(budget.takeUnsent()).toEqual({ began: 1, answered: 1, withdrawn: 1, refused: 2 });
  expect(budget.takeUnsent()).toEqual({ began: 0, answered: 0, withdrawn: 0, refused: 0 });
});

it('knows the calls per second of all instances, if it has a view of them', () => {
  const budget = new FleetBudget(rules, always);
  expect(budget.callsPerSecond(0)).toBeUndefined();
  for (let call = 0; call < 20; call += 1) budget.began(0);
  budget.viewed({ rest: { ...NO_COUNTS, began: 480 }, refused: 0, instances: 8, nextMs: 1_000 }, 0);
  expect(budget.callsPerSecond(0)).toBe(50);
});
