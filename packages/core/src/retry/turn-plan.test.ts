import { expect, it } from '@jest/globals';
import { laterPlan, ownTurnMs, planTurns, putOffMs, type TurnFacts, type TurnPlan, turnMsAfter } from './turn-plan.js';

const planned = (facts: Partial<TurnFacts> = {}): TurnPlan =>
  planTurns({
    untilMs: 1_000,
    hintMs: 1_000,
    everyMs: 10,
    firstAt: 0,
    unpaced: 0,
    unpacedUntilMs: 30_000,
    ...facts,
  });

/** Returns the first turns of calls that wait for the end of the cool-down. */
function turns(plan: TurnPlan, count: number): number[] {
  const given: number[] = [];
  for (let turn = 0; turn < count; turn += 1) given.push(turnMsAfter(plan, given.at(-1) ?? Number.NEGATIVE_INFINITY));
  return given;
}

/** Takes the turns of calls with hints of their own, of which one comes at each time. */
const ownTurns = (plan: TurnPlan, atMs: readonly number[]): (number | undefined)[] =>
  atMs.map((nowMs) => {
    const turnMs = ownTurnMs(plan, nowMs);
    if (turnMs !== undefined) Object.assign(plan, { lastOwnMs: turnMs, ownLeft: plan.ownLeft - 1 });
    return turnMs;
  });

it('gives turns at even distances if no call has a hint of its own', () => {
  expect(turns(planned(), 3)).toEqual([1_000, 1_010, 1_020]);
  expect(turns(planned({ firstAt: 0.5 }), 2)).toEqual([1_005, 1_015]);
  expect(ownTurnMs(planned(), 900)).toBeUndefined();
});

it('gives the first turns to calls with hints of their own, and the next ones to the others', () => {
  const plan = planned({ unpaced: 20 });
  expect(turns(plan, 2)).toEqual([1_200, 1_210]);
  expect(ownTurns(plan, [900, 900, 1_050])).toEqual([1_000, 1_010, 1_050]);
});

it('shares the turns of a tenth of the hint, if calls with hints of their own need only some of them', () => {
  const plan = planned({ unpaced: 5 });
  expect(turns(plan, 7)).toEqual([1_000, 1_020, 1_040, 1_060, 1_080, 1_100, 1_110]);
  expect(ownTurns(plan, [900, 900, 900])).toEqual([1_000, 1_020, 1_040]);
});

it('reserves no turn beyond the time of the calls with hints of their own, which come as fast as they must', () => {
  const plan = planned({ unpaced: 20, unpacedUntilMs: 1_100 });
  expect(turns(plan, 2)).toEqual([1_100, 1_110]);
  expect(ownTurns(plan, [900, 900, 900])).toEqual([1_000, 1_005, 1_010]);
});

it('has no more turns for hints of their own than such calls, and none once these are over', () => {
  const plan = planned({ unpaced: 2 });
  expect(ownTurns(plan, [900, 900, 900])).toEqual([1_000, 1_050, undefined]);
  expect(ownTurnMs(planned({ unpaced: 2 }), 1_100)).toBeUndefined();
});

it('puts off the turns that have not begun until the new end, in the same order', () => {
  const plan = planned({ unpaced: 20 });
  ownTurns(plan, [900, 900]);
  const lastMs = turns(plan, 3).at(-1) ?? 0;
  const byMs = putOffMs(plan, lastMs, 3_000, 500) ?? 0;
  expect(byMs).toBe(2_000);
  const later = laterPlan(plan, byMs, 2_500, 500);
  expect([later.beginsMs, later.ownUntilMs, later.lastOwnMs]).toEqual([3_000, 3_200, 3_010]);
  expect(turnMsAfter(later, lastMs + byMs)).toBe(3_230);
});

it('counts no turn twice that has begun before the cool-down became longer', () => {
  const plan = planned();
  // At 1,100 ms the turns until then have begun: the next one comes at the new end.
  expect(putOffMs(plan, 1_200, 3_000, 1_100)).toBe(1_900);
  const later = laterPlan(plan, 1_900, 2_000, 1_100);
  expect(putOffMs(later, 3_100, 3_500, 2_000)).toBe(500);
});

it('puts off nothing if all turns have begun', () => {
  expect(putOffMs(planned(), 1_200, 3_000, 1_200)).toBeUndefined();
});
