import { expect, it } from '@jest/globals';
import type { Background } from './background.js';
import { CommandQueue } from './command-queue.js';
import type { FleetView } from './fleet-view.js';
import { Health } from './health.js';

/** A process whose timers run in turns: those that are due when a turn begins, and never two of a chain in one. */
function turningBackground() {
  const clock = { nowMs: 0 };
  let timers: { readonly task: () => void; readonly dueMs: number }[] = [];
  const background: Background = {
    now: () => clock.nowMs,
    later(task, delayMs) {
      const timer = { task, dueMs: clock.nowMs + delayMs };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  return {
    background,
    count: () => timers.length,
    /** Lets time pass, and runs a turn. */
    turn(ms: number): void {
      clock.nowMs += ms;
      const due = timers.filter(({ dueMs }) => dueMs <= clock.nowMs);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { task } of due) task();
    },
  };
}

class Queue extends CommandQueue {
  protected failed(): void {}
  protected returned(): void {}
}

function queueOn(background: Background) {
  const told: string[] = [];
  const health = new Health(background.now);
  health.onStatus(({ status }) => told.push(status));
  const queue = new Queue({ background, health });
  let answer: (view: FleetView) => void = () => {};
  const asked = queue.ask(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
    () => {},
  );
  return { told, asked, answer: () => answer({} as FleetView) };
}

it('takes Redis for gone after a second without an answer', async () => {
  const { background, turn, count } = turningBackground();
  const { told, asked, answer } = queueOn(background);
  for (let ms = 0; ms < 990; ms += 10) turn(10);
  expect(told).toEqual([]);
  turn(10);
  expect(told).toEqual(['degraded']);
  answer();
  await asked;
  expect(count()).toBe(0);
});

it('does not take Redis for gone if the process itself was busy for long, and reads the answer then', async () => {
  const { background, turn, count } = turningBackground();
  const { told, asked, answer } = queueOn(background);
  turn(5_000);
  expect(told).toEqual([]);
  answer();
  await asked;
  expect(count()).toBe(0);
  turn(5_000);
  expect(told).toEqual([]);
});
