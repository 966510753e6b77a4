import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromChild, ToChild } from './messages.js';

const program = fileURLToPath(new URL('./child.ts', import.meta.url));
const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** Time that a process may take to start. */
const START_MS = 60_000;

/** A process that works for one message at a time. It is replaced after it has been silent for too long. */
export class Worker {
  readonly #bundle: string;
  #child: ChildProcess | undefined;

  constructor(bundle: string) {
    this.#bundle = bundle;
  }

  /** Sends a message and returns the answer; undefined if the process ends or gives no sign of life for so long. */
  async ask(message: ToChild, silenceMs: number): Promise<FromChild | undefined> {
    if (this.#child === undefined) {
      this.#child = fork(program, [this.#bundle], {
        // Tests name files as jest does, from the top of the repository.
        cwd: repository,
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      if ((await this.#next(START_MS)) === undefined) throw new Error('a process of the mutation run did not start');
    }
    this.#child.send(message);
    for (;;) {
      const answer = await this.#next(silenceMs);
      if (answer === undefined || !('alive' in answer)) return answer;
    }
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #next(silenceMs: number): Promise<FromChild | undefined> {
    return new Promise((resolve) => {
      const child = this.#child;
      const end = (answer: FromChild | undefined): void => {
        clearTimeout(timer);
        child?.off('message', end).off('exit', gone);
        if (answer === undefined) this.close();
        resolve(answer);
      };
      const gone = (): void => end(undefined);
      const timer = setTimeout(gone, silenceMs);
      child?.on('message', end).on('exit', gone);
    });
  }
}
