import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../outcome.js';
import type { SentTask } from './play-task.js';

/** A thread that plays one task at a time. */
export class PlayThread {
  readonly #worker = startWorker();

  /** @throws whatever the simulation or the start of the thread throws */
  async play(task: SentTask): Promise<Outcome> {
    // Rejects on `error`, which also tells of a thread that could not start.
    const outcome = once(this.#worker, 'message');
    this.#worker.postMessage(task);
    return (await outcome)[0] as Outcome;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./play-thread.js', import.meta.url));
  // From source: Node 20 does not pass the loader of TypeScript on to threads.
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const entry = JSON.stringify(new URL('./play-thread.ts', import.meta.url).href);
  return new Worker(`import(${loader}).then(({ register }) => (register(), import(${entry})))`, { eval: true });
}
