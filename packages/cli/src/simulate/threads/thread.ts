import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../outcome.js';
import type { SentTask } from './play-task.js';

/** A thread that plays one task at a time. */
export class PlayThread {
  readonly #worker = startWorker();

  /** @throws the error of the simulation or of starting the thread */
  async play(task: SentTask): Promise<Outcome> {
    // Rejects on `error`, which is also emitted if a thread could not start.
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
  // From source: Node 20 does not pass the TypeScript loader to threads.
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const entry = JSON.stringify(new URL('./play-thread.ts', import.meta.url).href);
  return new Worker(`import(${loader}).then(({ register }) => (register(), import(${entry})))`, { eval: true });
}
