import type { Clock } from '@breakwater/core';
import { expect, test } from '@jest/globals';
import { Dice } from '../chance/dice.js';
import { startArrivals } from './arrivals.js';

/** A clock with a time and tasks that the test controls. */
function lateClock() {
  const tasks: { run: () => void; dueMs: number }[] = [];
  const clock = {
    ms: 0,
    now: () => clock.ms,
    wallNow: () => 0,
    schedule: (run: () => void, delayMs: number) => {
      const task = { run, dueMs: clock.ms + delayMs };
      tasks.push(task);
      return { cancel: () => tasks.splice(tasks.indexOf(task), 1) };
    },
    tasks,
  };
  return clock satisfies Clock;
}

test('a late clock loses no call, and the calls after it come when they are due', () => {
  const clock = lateClock();
  let calls = 0;
  const call = async (): Promise<void> => {
    calls += 1;
  };
  clock.ms = 30;
  const stop = startArrivals({ kind: 'even', perSecond: 100 }, clock, 0, new Dice(1), call);
  expect(clock.tasks[0]?.dueMs).toBe(5);
  clock.ms = 42;
  clock.tasks.shift()?.run();
  expect([calls, clock.tasks.map(({ dueMs }) => dueMs)]).toEqual([1, [15]]);
  stop(75);
  expect([calls, clock.tasks]).toEqual([7, []]);
});
