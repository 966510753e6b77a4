import { onAbort } from './abort.js';
import type { Clock } from './clock.js';

/** Registers `wake`, to be called when a wait is to end early. The returned function removes it. */
export type EarlyEnd = (wake: () => void) => () => void;

/**
 * Resolves after `ms`, or as soon as the signal aborts or `early` calls back; with true only if the time has passed.
 * Removes its timer and its listeners.
 */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined, early?: EarlyEnd): Promise<boolean> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    let over = false;
    const end = (inTime: boolean): void => {
      over = true;
      for (const take of undo.splice(0)) take();
      resolve(inTime);
    };
    const wake = (): void => end(false);
    if (signal !== undefined) undo.push(onAbort(signal, wake));
    if (over) return;
    if (early !== undefined) undo.push(early(wake));
    if (over) {
      for (const take of undo.splice(0)) take();
      return;
    }
    const timer = clock.schedule(() => end(true), ms);
    undo.push(() => timer.cancel());
  });
}
