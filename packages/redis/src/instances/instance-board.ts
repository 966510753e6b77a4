import type { InstanceBoard, InstanceText } from '@breakwater/core/store';
import type { RedisPort } from '../clients/port.js';
import type { Background } from '../commands/background.js';
import { runScript } from '../commands/run-script.js';

/** Interval at which the text is written while there is a reader, in ms. */
const SHOW_EVERY_MS = 2_000;
/** Interval at which a process looks for a reader while there is none, in ms. */
const ASK_EVERY_MS = 5_000;

/** Returns the board of one topic. Its hash in Redis expires if no process writes to it any more. */
export function instanceBoard(port: RedisPort, key: string, instance: string, background: Background): InstanceBoard {
  return {
    show(write) {
      let isLookedAt = false;
      let isOver = false;
      let cancel = (): void => {};

      const step = async (): Promise<void> => {
        try {
          const text = isLookedAt ? write() : '';
          const wasLookedAt = isLookedAt;
          isLookedAt = Number(await runScript(port, 'show', key, [instance, text])) === 1;
          // A page that has just been opened waits for the text, so it is written at once.
          if (isLookedAt && !wasLookedAt && !isOver) await runScript(port, 'show', key, [instance, write()]);
        } catch {
          // Redis has failed, or the text cannot be made: there is nothing to show.
          isLookedAt = false;
        }
        if (!isOver) cancel = background.later(() => void step(), isLookedAt ? SHOW_EVERY_MS : ASK_EVERY_MS);
      };
      void step();
      return () => {
        isOver = true;
        cancel();
      };
    },
    async look() {
      const found: unknown = await runScript(port, 'look', key, []);
      return Array.isArray(found) ? textsIn(found) : [];
    },
  };
}

function textsIn(words: readonly unknown[]): InstanceText[] {
  const texts: InstanceText[] = [];
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [instance, age, text] = words.slice(at, at + 3).map(String);
    if (instance !== undefined && text !== undefined) texts.push({ instance, text, ageMs: Number(age) });
  }
  return texts;
}
