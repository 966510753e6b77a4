import { getActiveResourcesInfo } from 'node:process';
import { setImmediate } from 'node:timers';
import type { Test } from './test-host.js';

/** Says that nothing is left in the process that could end the test. */
export class Stuck extends Error {
  override readonly name = 'Stuck';
}

/** Turns of the event loop without any timer, handle or request of the test, after which nothing can wake the test any more. */
const IDLE_TURNS = 20;

/** Runs a test with its hooks. @throws whatever it fails with, or {@link Stuck} */
export async function runTest({ before, body, after }: Test): Promise<void> {
  try {
    for (const hook of before) await unlessStuck(hook);
    await unlessStuck(body);
  } finally {
    for (const hook of after) await unlessStuck(hook);
  }
}

async function unlessStuck(call: () => unknown): Promise<void> {
  const others = waking().length;
  const result = call();
  if (!(result instanceof Promise)) return;
  let idleTurns = 0;
  let isOver = false;
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (isOver) return;
      idleTurns = waking().length > others ? 0 : idleTurns + 1;
      if (idleTurns > IDLE_TURNS) reject(new Stuck('nothing is left that could end the test'));
      else setImmediate(look);
    };
    result
      .then(() => resolve(), reject)
      .finally(() => {
        isOver = true;
      });
    setImmediate(look);
  });
}

/** Resources that may still call back. Its own immediate has run when the look asks; pipes are those of the process. */
function waking(): readonly string[] {
  return getActiveResourcesInfo().filter((name) => !/^(?:PipeWrap|TTYWrap|Pipe|SignalWrap)$/.test(name));
}
