import { spread } from './spread.js';

/** Until when a server asked to be left alone. Time is an argument; nothing in here sets a timer. */
export class CoolDown {
  /** How many calls are waiting for the end. */
  waiting = 0;
  /** What started it: the answer that carried the hint. */
  cause: unknown;
  #untilMs: number | undefined;
  #hintMs = 0;
  #wakers: Set<() => void> | undefined;

  /** Holds the key for `hintMs` from now; false, and nothing changed, where it is held for longer already. */
  start(hintMs: number, nowMs: number, cause: unknown): boolean {
    if (hintMs <= 0 || hintMs <= this.remainingMs(nowMs)) return false;
    this.#untilMs = nowMs + hintMs;
    this.#hintMs = hintMs;
    this.cause = cause;
    return true;
  }

  /** What is left of it, in ms; 0 where there is none. */
  remainingMs(nowMs: number): number {
    return this.#untilMs === undefined ? 0 : Math.max(0, this.#untilMs - nowMs);
  }

  /** Over how long those who wait are spread, so that they do not all come back in one moment: a tenth of the hint. */
  get spreadMs(): number {
    return MAX_SPREAD * this.#hintMs;
  }

  /** How long a call that has `leftMs` should wait: what is left of the cool-down, and its part of the spread. */
  waitMs(nowMs: number, random: () => number, leftMs: number): number {
    return spread(this.remainingMs(nowMs), this.spreadMs, leftMs, random);
  }

  /** Ends it now and lets all who wait go on. */
  lift(): void {
    this.#untilMs = undefined;
    this.cause = undefined;
    for (const wake of [...(this.#wakers ?? [])]) wake();
  }

  /** Calls `wake` when the cool-down is lifted; the returned function takes that back. */
  onLift(wake: () => void): () => void {
    this.#wakers ??= new Set();
    this.#wakers.add(wake);
    return () => this.#wakers?.delete(wake);
  }
}

const MAX_SPREAD = 0.1;
