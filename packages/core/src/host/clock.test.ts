import { expect, it } from '@jest/globals';
import { MAX_TIMER_MS, systemClock } from './clock.js';

it('measures by the clocks of the host', () => {
  const [before, wallBefore] = [performance.now(), Date.now()];
  const [now, wallNow] = [systemClock.now(), systemClock.wallNow()];
  expect(now >= before && now <= performance.now()).toBe(true);
  expect(wallNow >= wallBefore && wallNow <= Date.now()).toBe(true);
});

it('runs a task later, unless that was cancelled', async () => {
  const run: string[] = [];
  systemClock.schedule(() => run.push('cancelled'), 0).cancel();
  await new Promise<void>((resolve) => {
    systemClock.schedule(() => {
      run.push('later');
      resolve();
    }, 1);
    run.push('now');
  });
  expect(run).toEqual(['now', 'later']);
});

it('waits at most as long as timers can', () => {
  expect(MAX_TIMER_MS).toBe(0x7fffffff);
});
