import type { Clock } from '@breakwater/core';
import type { Request } from './request.js';

/** Work on one request, which can stand still for a while. */
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

  /** The server's own work is done; what it waits for does not stand still with it. */
  complete(): void {
    this.#isComplete = true;
  }

  suspend(): void {
    if (this.#isComplete) return;
    this.#timer?.cancel();
    this.#leftMs -= this.#clock.now() - this.#resumedMs;
  }
}
