import type { Clock } from '@breakwater/core';
import type { Request } from './request.js';

/** Work on one request, which can be paused. */
export class Job {
  readonly request: Request;
  readonly #clock: Clock;
  readonly #done: (job: Job) => void;
  #leftMs: number;
  #resumedMs = 0;
  #isComplete = false;
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, request: Request, ms: number, done: (job: Job) => void) {
    this.request = request;
    this.#clock = clock;
    this.#leftMs = ms;
    this.#done = done;
    this.resume();
  }

  resume(): void {
    if (this.#isComplete) return;
    this.#resumedMs = this.#clock.now();
    this.#timer = this.#clock.schedule(() => this.#done(this), this.#leftMs);
  }

  /** Ends the server's own work. A call for which it then waits is not paused with it. */
  complete(): void {
    this.#isComplete = true;
  }

  suspend(): void {
    if (this.#isComplete) return;
    this.#timer?.cancel();
    this.#leftMs -= this.#clock.now() - this.#resumedMs;
  }
}
