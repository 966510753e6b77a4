import { onAbort } from './abort.js';
import type { Clock } from './clock.js';

/**
 * Resolves after `ms`, or as soon as the signal aborts or `early` calls back. Leaves no timer and no listener behind.
 */
export function pause(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  early?: (wake: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    let over = false;
    const wake = () => {
      over = true;
      for (const take of undo.splice(0)) take();
      resolve();
    };
    if (signal !== undefined) undo.push(onAbort(signal, wake));
    if (over) return;
    if (early !== undefined) undo.push(early(wake));
    const timer = clock.schedule(wake, ms);
    undo.push(() => timer.cancel());
  });
}
