import { type BreakerOptions, type BreakerSettings, createPolicy } from '@breakwater/core';
import { describe, expect, it, test } from '@jest/globals';
import { rulesOf, tripTime } from '../../src/explain/trip-time.js';

function rules(options: BreakerOptions): BreakerSettings {
  const { breaker } = createPolicy({ breaker: options }).settings;
  if (breaker === false) throw new Error('no breaker');
  return breaker;
}

const plain = rules({ consecutiveForMs: 0 });
const afterMs = (options: BreakerOptions, rule: Parameters<typeof tripTime>[1], rate: number) =>
  tripTime(rules(options), rule, rate).afterMs;

describe('a run of failures', () => {
  test.each([
    [1, 9_000],
    [100, 90],
    [1_000, 9],
    [0.1, 90_000],
  ])('at %p calls a second is complete after %p ms', (rate, expected) => {
    expect(tripTime(plain, 'consecutive-failures', rate).afterMs).toBeCloseTo(expected, 6);
  });

  it('has to last 2 s by default, and as long as ten calls take if they are rare', () => {
    expect(afterMs({}, 'consecutive-failures', 100)).toBe(2_000);
    expect(afterMs({}, 'consecutive-failures', 1)).toBe(9_000);
  });

  it('has to last as long as the option sets', () => {
    expect(afterMs({ consecutiveForMs: 1_000 }, 'consecutive-failures', 100)).toBe(1_000);
  });

  it('never happens if it is forgotten from one call to the next', () => {
    expect(afterMs({ window: { kind: 'time', ms: 1_000 } }, 'consecutive-failures', 1)).toBeNull();
    expect(afterMs({ window: { kind: 'count', size: 100 } }, 'consecutive-failures', 1 / 30)).toBeNull();
  });
});

describe('a rate of failures', () => {
  it('is met when that share of the window has failed', () => {
    expect(afterMs({ consecutiveForMs: 0, window: { kind: 'count', size: 100 } }, 'failure-rate', 10)).toBe(4_900);
  });

  it('is never met if there are fewer calls than it needs', () => {
    expect(afterMs({ failureRate: 0.5 }, 'failure-rate', 0.5)).toBeNull();
    expect(afterMs({ minimumCalls: 10 }, 'failure-rate', 0.5)).not.toBeNull();
  });
});

it('counts slow calls by their own rule', () => {
  const slow = { slowCallMs: 500, slowCallRate: 0.5, window: { kind: 'count', size: 20 } } as const;
  expect(afterMs(slow, 'slow-call-rate', 10)).toBe(900);
});

it('takes two seconds for a run by default, however short its window', () => {
  expect(afterMs({ window: { kind: 'count', size: 50 } }, 'consecutive-failures', 1_000)).toBe(2_000);
});

it('scales a run down to the outcomes that it looks at', () => {
  const window = { kind: 'time', ms: 3_600_000 } as const;
  const rare = { window, consecutiveFailures: 100_000, consecutiveForMs: 0 } as const;
  // One outcome in some 7,000 is looked at, so that they lie 72 ms apart.
  expect(Math.abs((afterMs(rare, 'consecutive-failures', 100_000) ?? 0) - 1_000)).toBeLessThan(150);
});

it('gives the same time for a rate if it looks at a part of the outcomes', () => {
  const window = { kind: 'time', ms: 3_600_000 } as const;
  const few = tripTime(rules({ window, consecutiveForMs: 0 }), 'failure-rate', 10).afterMs ?? 0;
  const many = tripTime(rules({ window, consecutiveForMs: 0 }), 'failure-rate', 100_000).afterMs ?? 0;
  expect(Math.abs(many - few)).toBeLessThan(1_000);
});

it('lists the rules that are on', () => {
  expect(rulesOf(plain)).toEqual(['consecutive-failures']);
  expect(rulesOf(rules({ failureRate: 0.5 }))).toEqual(['consecutive-failures', 'failure-rate']);
  expect(rulesOf(rules({ consecutiveFailures: false, failureRate: false, slowCallMs: 100 }))).toEqual([
    'slow-call-rate',
  ]);
});
