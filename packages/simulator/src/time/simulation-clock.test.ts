import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SimulationClock } from './simulation-clock.js';

test('runs tasks in the order of their due times, those of the same moment in the order in which they were set', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ ms: fc.nat(20), cancelled: fc.boolean() })), async (tasks) => {
      const clock = new SimulationClock();
      const ran: [number, number][] = [];
      const timers = tasks.map(({ ms }, index) => clock.schedule(() => ran.push([ms, index]), ms));
      for (const [index, { cancelled }] of tasks.entries()) if (cancelled) timers[index]?.cancel();
      await clock.run();
      const expected = tasks.flatMap(({ ms, cancelled }, index) => (cancelled ? [] : [[ms, index]]));
      expect(ran).toEqual(expected.sort(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j));
    }),
  );
});

test('shows each task the moment at which it is due', async () => {
  const clock = new SimulationClock();
  const seen: number[] = [];
  clock.schedule(() => clock.schedule(() => seen.push(clock.now(), clock.wallNow()), 5), 10);
  await clock.run();
  expect(seen).toEqual([15, 1_767_225_600_015]);
});

test('runs all promise callbacks before the next task', async () => {
  const clock = new SimulationClock();
  const order: string[] = [];
  clock.schedule(async () => {
    for (let step = 0; step < 50; step += 1) await undefined;
    order.push('promises');
  }, 1);
  clock.schedule(() => order.push('next task'), 1);
  await clock.run();
  expect(order).toEqual(['promises', 'next task']);
});

test.each([-1, Number.NaN, 2 ** 31])('runs a task with a delay of %d at once, as hosts do', async (ms) => {
  const clock = new SimulationClock();
  let ranAtMs: number | undefined;
  clock.schedule(() => {
    ranAtMs = clock.now();
  }, ms);
  await clock.run();
  expect(ranAtMs).toBe(0);
});

test('stops at the given end, and can continue from there', async () => {
  const clock = new SimulationClock();
  const seen: number[] = [];
  for (const ms of [5, 10, 15]) clock.schedule(() => seen.push(ms), ms);
  await clock.run(10);
  expect([seen, clock.pending]).toEqual([[5, 10], 1]);
  await clock.run();
  expect(seen).toEqual([5, 10, 15]);
});

test('keeps no more than twice the tasks that are still to run, however many are cancelled', async () => {
  const clock = new SimulationClock();
  let ran = 0;
  for (let round = 0; round < 100_000; round += 1) {
    const timer = clock.schedule(() => {}, 1_000_000);
    clock.schedule(() => {
      ran += 1;
    }, round);
    timer.cancel();
    timer.cancel();
  }
  expect(clock.pending).toBe(100_000);
  await clock.run();
  expect([ran, clock.pending, clock.now()]).toEqual([100_000, 0, 99_999]);
});
