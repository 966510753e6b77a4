import { createPolicy } from '@breakwater/core';
import { RetryBudget } from '@breakwater/core/algorithms';
import { describe, expect, it, test } from '@jest/globals';
import { loadAt, savedRetries } from '../../src/explain/load.js';

const { settings } = createPolicy();

describe('attempts while all fails', () => {
  test.each([
    [1, 4, 4],
    [20, 4, 1.3],
    [100, 4, 1],
    [1_000, 4, 1],
    [2.5, 4, 4],
  ])('at %p calls a second: %p per call without the budget, %p with it', (rate, without, withIt) => {
    const { withoutBudget, withBudget } = loadAt(settings, 4, rate);
    expect(withoutBudget).toEqual({ attemptsPerCall: without, attemptsPerSecond: without * rate });
    expect(withBudget.attemptsPerCall).toBeCloseTo(withIt, 10);
    expect(withBudget.attemptsPerSecond).toBeCloseTo(withIt * rate, 10);
  });

  it('are all of them if there is no budget', () => {
    const { withoutBudget, withBudget } = loadAt(createPolicy({ budget: false }).settings, 4, 100);
    expect(withBudget).toEqual(withoutBudget);
  });

  it('are those that core’s budget allows', () => {
    const rules = { ratio: 0.2, minRetriesPerSecond: 10, windowMs: 10_000 };
    const budget = new RetryBudget(rules);
    const perSecond = 20;
    let retries = 0;
    const seconds = 1_000;
    for (let call = 0; call < seconds * perSecond; call += 1) {
      const nowMs = (call * 1_000) / perSecond;
      budget.began(nowMs);
      for (let n = 0; n < 3; n += 1) if (budget.tryWithdraw(nowMs)) retries += 1;
    }
    const { attemptsPerCall } = loadAt(settings, 4, perSecond).withBudget;
    // The window forgets up to a tenth early, both what came in and what went out.
    expect(1 + retries / (seconds * perSecond)).toBeGreaterThanOrEqual(attemptsPerCall - 0.01);
    expect(1 + retries / (seconds * perSecond)).toBeLessThan(attemptsPerCall * 1.1);
  });
});

describe('retries that calm times have saved up', () => {
  it('are those of a window', () => {
    expect(savedRetries(settings, 100)).toBe(200);
    expect(savedRetries(settings, 1)).toBe(100);
  });

  it('are not counted if there is no budget', () => {
    expect(savedRetries(createPolicy({ budget: false }).settings, 100)).toBeNull();
  });
});
