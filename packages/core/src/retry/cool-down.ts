import type { FailureDigest } from '../untrusted/failure-digest.js';

/**
 * Until when a server asked to be left alone. Time is an argument; nothing in here sets a timer.
 *
 * The calls that wait for its end get turns, one after the other, so that they do not all come back in one moment.
 */
export class CoolDown {
  /** Number of calls that wait for the end. */
  waiting = 0;
  /** Describes the answer that started it. */
  cause: FailureDigest | undefined;
  #untilMs: number | undefined;
  #hintMs = 0;
  #lastTurnMs = Number.NEGATIVE_INFINITY;
  #everyMs: number | undefined;
  #wakers: Set<() => void> | undefined;

  /** Holds the key for `hintMs` from now; false, and nothing changed, if it is held for longer already. */
  start(hintMs: number, nowMs: number, cause: FailureDigest | undefined): boolean {
    if (hintMs <= 0 || hintMs <= this.remainingMs(nowMs)) return false;
    this.#untilMs = nowMs + hintMs;
    this.#hintMs = hintMs;
    this.#everyMs = undefined;
    this.cause = cause;
    return true;
  }

  /** Its end; undefined if there has been none. */
  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  /** Returns what is left of it, in ms; 0 if there is none. */
  remainingMs(nowMs: number): number {
    return this.#untilMs === undefined ? 0 : Math.max(0, this.#untilMs - nowMs);
  }

  /**
   * Returns when the next turn begins, in ms from now, and over how long it is spread; zeros if there is no cool-down.
   * `everyMs` is how far apart the turns are. The first one asked for holds until the end.
   */
  nextTurn(nowMs: number, everyMs: number): Turn {
    if (this.#untilMs === undefined || this.#untilMs <= nowMs) return NOW;
    this.#everyMs ??= everyMs;
    const turnMs = Math.max(this.#untilMs, this.#lastTurnMs + this.#everyMs);
    return { waitMs: turnMs - nowMs, spreadMs: Math.min(this.#everyMs, MAX_SPREAD * this.#hintMs) };
  }

  /** Gives away the turn that begins `waitMs` from now. */
  takeTurn(nowMs: number, waitMs: number): void {
    if (waitMs > 0) this.#lastTurnMs = nowMs + waitMs;
  }

  /** Ends it now and lets all waiting calls go on. */
  lift(): void {
    this.#untilMs = undefined;
    this.#lastTurnMs = Number.NEGATIVE_INFINITY;
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

/** Turn of a call after a cool-down. */
export interface Turn {
  readonly waitMs: number;
  readonly spreadMs: number;
}

const NOW: Turn = Object.freeze({ waitMs: 0, spreadMs: 0 });
const MAX_SPREAD = 0.1;
