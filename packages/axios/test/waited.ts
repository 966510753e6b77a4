import { jest } from '@jest/globals';

/** Waits of a run, in ms, in timers that fire at once here. Those of no time are left out: nock sets some itself. */
export async function waitedBy(run: () => Promise<unknown>): Promise<number[]> {
  const delays: number[] = [];
  const { setTimeout: real } = globalThis;
  const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((task: () => void, ms = 0) => {
    if (ms > 0) delays.push(ms);
    return real(task, 0);
  }) as typeof setTimeout);
  try {
    await run();
  } finally {
    spy.mockRestore();
  }
  return delays;
}
