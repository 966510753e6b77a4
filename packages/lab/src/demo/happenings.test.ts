import { createPolicy } from '@breakwater/core';
import { describe, expect, test } from '@jest/globals';
import { breakerWords, budgetTeller, coolDownTeller, onHappening } from './happenings.js';

describe('a change of the breaker', () => {
  test.each([
    [
      { from: 'closed', to: 'open', why: 'failure-rate', openForMs: 1_040 },
      'the breaker opens for 1.0 s: failure rate',
    ],
    [
      { from: 'half-open', to: 'open', why: 'probe-failed', openForMs: 1_500 },
      'the breaker opens again for 1.5 s: probe failed',
    ],
    [
      { from: 'open', to: 'half-open', why: 'open-time-over', openForMs: 0 },
      'the breaker is half-open and lets a probe through',
    ],
    [
      { from: 'half-open', to: 'closed', why: 'probes-succeeded', openForMs: 0 },
      'the breaker closes: probes succeeded',
    ],
    [{ from: 'closed', to: 'forced-open', why: 'forced-open', openForMs: 0 }, 'the breaker is held open by hand'],
  ] as const)('%j is described in words', (event, words) => {
    expect(breakerWords(event)).toBe(words);
  });
});

test('a cool-down is shown once, not with every answer that makes it longer', () => {
  const told: string[] = [];
  const tell = coolDownTeller((says) => told.push(says));

  tell({ atMs: 0, remainingMs: 1_000 });
  tell({ atMs: 40, remainingMs: 1_000 });
  tell({ atMs: 900, remainingMs: 1_000 });
  expect(told).toHaveLength(1);

  tell({ atMs: 2_000, remainingMs: 1_000 });
  expect(told).toHaveLength(2);
});

test('a budget that runs dry is shown once, until it has not done so for a while', () => {
  const told: string[] = [];
  const tell = budgetTeller((says) => told.push(says));

  for (const atMs of [0, 100, 200, 2_100]) {
    tell({ atMs, state: 'exhausted' });
    tell({ atMs: atMs + 50, state: 'available' });
  }
  expect(told).toHaveLength(1);

  tell({ atMs: 9_000, state: 'exhausted' });
  expect(told).toHaveLength(2);
});

test('a policy is listened to until the undo', () => {
  const told: string[] = [];
  const policy = createPolicy({ name: 'test' });
  const undo = onHappening(policy, (says) => told.push(says));

  policy.breaker('key').open();
  undo();
  policy.breaker('key').close();

  expect(told).toEqual(['the breaker is held open by hand']);
});
