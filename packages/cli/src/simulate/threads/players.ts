import type { Outcome } from '../outcome.js';
import { play } from '../play.js';
import { type PlayTask, sentTask } from './play-task.js';
import { PlayThread } from './thread.js';

/** Plays tasks, in several threads if there are enough of them. The outcomes are the same for any number of threads. */
export interface Players {
  /**
   * Returns the outcomes in the order of the tasks. `onBegin` receives the index of each task, and the share that has
   * been played.
   */
  play(tasks: readonly PlayTask[], onBegin?: (index: number, share: number) => void): Promise<readonly Outcome[]>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Least number of tasks per thread that justifies its start. */
const TASKS_PER_THREAD = 2;

/** @param cores - most threads; with one, or undefined, everything is played in this one */
export function openPlayers(cores = 1): Players {
  const threads: PlayThread[] = [];
  return {
    async play(tasks, onBegin = () => {}) {
      const outcomes: Outcome[] = [];
      const queue = tasks.map((task, index) => ({ index, task, sent: sentTask(task) }));
      const wanted = Math.min(cores, Math.floor(queue.filter(({ sent }) => sent).length / TASKS_PER_THREAD));
      const here = wanted < 2 ? queue : queue.filter(({ sent }) => sent === undefined);
      const elsewhere = wanted < 2 ? [] : queue.filter(({ sent }) => sent !== undefined);
      while (wanted >= 2 && threads.length < wanted) threads.push(new PlayThread());
      const threadsAtWork = threads.map(async (thread) => {
        for (let next = elsewhere.shift(); next?.sent !== undefined; next = elsewhere.shift()) {
          onBegin(next.index, 0);
          outcomes[next.index] = await thread.play(next.sent);
        }
      });
      const playedHere = async () => {
        for (const { index, task } of here) {
          onBegin(index, 0);
          outcomes[index] = await play(task.scenario, task.policy, task.seed, (share) => onBegin(index, share));
        }
      };
      await Promise.all([...threadsAtWork, playedHere()]);
      return outcomes;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
