import { seededRandom } from '@breakwater/core/testing';
import { expect, it } from '@jest/globals';
import { ProbeTurns } from './probe-turns.js';

/** Counts the commands in each second if all processes have calls all the time and the fleet refuses every lease. */
function commandsBySecond(instances: number, syncMs: number): number[] {
  const random = seededRandom(1);
  const seconds = Array<number>(20).fill(0);
  for (let process = 0; process < instances; process += 1) {
    const turns = new ProbeTurns(random);
    turns.began(0, instances);
    for (let nowMs = 0; nowMs < 20_000; nowMs += 10) {
      // A process looks at the fleet once a second, and sees a free lease each time.
      if (nowMs % 1_000 === 0 && nowMs > 0) turns.freed(nowMs, instances);
      if (turns.waitMs(nowMs) > 0) continue;
      const second = Math.floor(nowMs / 1_000);
      seconds[second] = (seconds[second] ?? 0) + 1;
      turns.refused(nowMs, syncMs, instances);
    }
  }
  return seconds;
}

it('lets a small fleet ask at its own pace, from the first moment', () => {
  expect(commandsBySecond(8, 250).every((commands) => commands === 32)).toBe(true);
});

it.each([30, 200, 1_000, 4_000])('lets %d processes ask at most 100 times in any second', (instances) => {
  const seconds = commandsBySecond(instances, 250);
  const mean = seconds.reduce((sum, commands) => sum + commands, 0) / seconds.length;
  expect(mean).toBeGreaterThan(40);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(100);
});

it('lets a process ask at once if a lease is free or the circuit has closed', () => {
  const turns = new ProbeTurns(() => 0.5);
  turns.refused(0, 250, 2);
  expect(turns.waitMs(100)).toBe(150);
  turns.freed(100, 2);
  expect(turns.waitMs(100)).toBe(0);
  turns.refused(100, 250, 2);
  turns.ended();
  expect(turns.waitMs(100)).toBe(0);
});
