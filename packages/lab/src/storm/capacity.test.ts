import { describe, expect, test } from '@jest/globals';
import { answersPerMs, capacityBetween, slotsAt } from './capacity.js';
import { physicalLimit } from './goodput.js';
import { startTimes } from './load.js';
import type { Phase, Shape } from './shape.js';
import { timelineOf } from './timeline.js';

const shapeOf = (...phases: Phase[]): Shape => ({ name: 'x', about: '', phases });
const capacityOf = (shape: Shape, fromMs: number, toMs: number): number =>
  capacityBetween(shape, timelineOf(shape), 0, fromMs, toMs);

describe('capacity', () => {
  test.each([
    ['10 slots of 10 ms', {}, 1_000],
    ['ten times slower', { slowFactor: 10 }, 100],
    ['errors take slots and are no good answers', { errorShare: 0.05 }, 950],
    ['throttled', { throttle: { perSecond: 200, retryAfterS: 2 } }, 200],
    ['refused', { reach: 'refused' as const }, 0],
    ['silent', { reach: 'silent' as const }, 0],
    ['no slots', { slots: 0 }, 0],
  ])('%s: as configured, a second', (_, behaviour, perSecond) => {
    expect(answersPerMs(behaviour, 0) * 1_000).toBeCloseTo(perSecond);
  });

  test('grows from a share of the slots to all of them, and never below one', () => {
    expect([0, 0.5, 1, 2].map((progress) => slotsAt({ growsFrom: 0.1 }, progress))).toEqual([1, 5, 10, 10]);
    expect(slotsAt({ growsFrom: 0.01 }, 0)).toBe(1);
  });

  test('is summed up across phases', () => {
    const shape = shapeOf({ name: 'a', ms: 1_000 }, { name: 'b', ms: 1_000, servers: { reach: 'refused' } });
    expect(capacityOf(shape, 500, 1_500)).toBeCloseTo(500);
    expect(capacityOf(shape, 995, 1_005)).toBeCloseTo(10);
  });
});

describe('the physical limit', () => {
  test('is the lesser of capacity and load, origin by origin', () => {
    const shape: Shape = {
      ...shapeOf({ name: 'a', ms: 1_000, servers: [{}, { reach: 'silent' }] }),
      origins: 2,
    };
    const { capacity, reachable } = physicalLimit(shape, startTimes(shape, 100), 1_000);
    expect(capacity.reduce((a, b) => a + b)).toBeCloseTo(1_000);
    expect(reachable.reduce((a, b) => a + b)).toBeCloseTo(50);
  });
});
