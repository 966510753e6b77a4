import { expect, it } from '@jest/globals';
import { CoolDown } from './cool-down.js';

const cause = { name: 'E', code: undefined, status: 429 };

it('is started by a hint longer than the rest of the present one, and by no other', () => {
  const coolDown = new CoolDown();
  for (const hintMs of [0, -1]) expect(coolDown.start(hintMs, 0, cause)).toBe(false);
  expect([coolDown.untilMs, coolDown.cause]).toEqual([undefined, undefined]);
  expect(coolDown.start(5_000, 0, cause)).toBe(true);
  expect([coolDown.start(5_000, 0, undefined), coolDown.start(4_000, 1_000, undefined)]).toEqual([false, false]);
  expect([coolDown.untilMs, coolDown.cause, coolDown.remainingMs(1_000)]).toEqual([5_000, cause, 4_000]);
  expect(coolDown.start(4_001, 1_000, undefined)).toBe(true);
  expect([coolDown.untilMs, coolDown.cause, coolDown.remainingMs(9_000)]).toEqual([5_001, undefined, 0]);
});

it('gives turns one after the other, from its end on', () => {
  const coolDown = new CoolDown();
  const take = (nowMs: number) => {
    const turn = coolDown.nextTurn(nowMs, 100);
    coolDown.takeTurn(nowMs, turn.waitMs);
    return turn;
  };
  expect(take(0)).toEqual({ waitMs: 0, spreadMs: 0 });
  coolDown.start(500, 0, cause);
  expect([take(0), take(0), take(300)]).toEqual([
    { waitMs: 500, spreadMs: 50 },
    { waitMs: 600, spreadMs: 50 },
    { waitMs: 400, spreadMs: 50 },
  ]);
  expect(take(499)).toEqual({ waitMs: 301, spreadMs: 50 });
  expect(take(500)).toEqual({ waitMs: 0, spreadMs: 0 });
});

it('keeps the first distance between turns until it is started again', () => {
  const coolDown = new CoolDown();
  coolDown.start(5_000, 0, cause);
  expect(coolDown.nextTurn(0, 20).spreadMs).toBe(20);
  expect(coolDown.nextTurn(0, 90).spreadMs).toBe(20);
  coolDown.start(6_000, 0, cause);
  expect(coolDown.nextTurn(0, 90).spreadMs).toBe(90);
});

it('ends all waits when it is lifted, except those that were removed', () => {
  const coolDown = new CoolDown();
  coolDown.lift();
  const woken: string[] = [];
  coolDown.onLift(() => woken.push('first'));
  const undo = coolDown.onLift(() => woken.push('second'));
  coolDown.start(500, 0, cause);
  coolDown.takeTurn(0, 900);
  undo();
  coolDown.lift();
  expect(woken).toEqual(['first']);
  expect([coolDown.untilMs, coolDown.cause, coolDown.remainingMs(0)]).toEqual([undefined, undefined, 0]);
  coolDown.start(500, 0, cause);
  expect(coolDown.nextTurn(0, 100).waitMs).toBe(500);
});

it('counts the waiting calls', () => {
  const coolDown = new CoolDown();
  expect(coolDown.waiting).toBe(0);
  coolDown.waiting += 1;
  expect(coolDown.waiting).toBe(1);
});
