import { AttemptTimeoutError, type Clock } from '@breakwater/core';
import type { Session } from '@breakwater/core/adapter';

/** The limit of the user's code before one attempt. */
interface PreparationLimit {
  /** The error of a preparation that took too long. */
  readonly timedOut: AttemptTimeoutError | undefined;
  end(): void;
}

/**
 * Limits the time for the user's code before a request is sent. got itself waits for a hook without limit, and until
 * there is a request nothing else could end the call.
 */
export class TimeLimit {
  readonly #clock: Clock;
  /** The limit of the hooks before an attempt, while they run. */
  #hooks: { readonly endMs: number; expire(): void } | undefined;
  #reject: ((error: Error) => void) | undefined;
  #final: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins the limit of the hooks before an attempt. Together they may take as long as the attempt. */
  hooksBegin({ key, timeouts: { attemptMs } }: Session, refuse: (error: AttemptTimeoutError) => Error): void {
    if (attemptMs === undefined) return;
    const expire = (): void => this.interrupt(refuse(new AttemptTimeoutError(key, attemptMs)));
    this.#hooks = { endMs: this.#clock.now() + attemptMs, expire };
  }

  /** Ends that limit, since the attempt, which has its own, has begun. */
  hooksEnded(): void {
    this.#hooks = undefined;
  }

  /** Begins the limit of the user's `beforeAttempt`, which may take as long as the attempt. `end` stops the timer. */
  preparationBegins({ key, timeouts: { attemptMs } }: Session): PreparationLimit {
    let timedOut: AttemptTimeoutError | undefined;
    const expire = (limitMs: number): void => {
      timedOut = new AttemptTimeoutError(key, limitMs);
      this.interrupt(timedOut);
    };
    const timer = attemptMs === undefined ? undefined : this.#clock.schedule(() => expire(attemptMs), attemptMs);
    return {
      get timedOut() {
        return timedOut;
      },
      end: () => timer?.cancel(),
    };
  }

  /** Ends the wait under way, if there is one. */
  interrupt(error: Error): void {
    this.#reject?.(error);
  }

  /** Ends the wait under way and any later one. */
  end(error: Error): void {
    this.#final = error;
    this.interrupt(error);
  }

  /** Waits for a hook that runs before an attempt. */
  async raceHook<T>(pending: PromiseLike<T>): Promise<T> {
    const hooks = this.#hooks;
    const timer = hooks && this.#clock.schedule(() => hooks.expire(), Math.max(0, hooks.endMs - this.#clock.now()));
    try {
      return await this.race(pending);
    } finally {
      timer?.cancel();
    }
  }

  /** Waits until `pending` has settled or time is up. Its later result is ignored. */
  async race<T>(pending: T | PromiseLike<T>): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#reject = reject;
        Promise.resolve(pending).then(resolve, reject);
        if (this.#final !== undefined) reject(this.#final);
      });
    } finally {
      this.#reject = undefined;
    }
  }
}
