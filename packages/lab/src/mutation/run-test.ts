import { getActiveResourcesInfo } from 'node:process';
import { clearImmediate, setImmediate } from 'node:timers';
import type { Test } from './test-host.js';

/** Says that nothing is left in the process that could end the test. */
export class Stuck extends Error {
  override readonly name = 'Stuck';
}

/** Turns of the event loop without a timer, handle or request of the test, after which nothing can wake it. */
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
  // An immediate that is left over has run before the first look.
  const others = waking().filter((name) => name !== 'Immediate').length;
  const result = call();
  if (!(result instanceof Promise)) return;
  let idleTurns = 0;
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      idleTurns = waking().length > others ? 0 : idleTurns + 1;
      if (idleTurns > IDLE_TURNS) reject(new Stuck('nothing is left that could end the test'));
      else next = setImmediate(look);
    };
    let next = setImmediate(look);
    result.then(() => resolve(), reject).finally(() => clearImmediate(next));
  });
}

/** Resources that may still call back. Its own immediate has run when the look asks; pipes are those of the process. */
function waking(): readonly string[] {
  return getActiveResourcesInfo().filter((name) => !/^(?:PipeWrap|TTYWrap|Pipe|SignalWrap)$/.test(name));
}
