import type { FailureDigest } from '../untrusted/failure-digest.js';

/**
 * Until when a server asked to be left alone. Time is an argument; nothing in here sets a timer.
 *
 * The calls that wait for its end get turns, one after the other, so that they do not all come back in one moment.
 */
export class CoolDown {
  /** Undefined for a key that was never asked to be left alone and has had no caller that waits, as nearly always. */
  #held: Held | undefined = undefined;

  /** Number of calls that wait for the end. */
  get waiting(): number {
    return this.#held === undefined ? 0 : this.#held.waiting;
  }

  set waiting(calls: number) {
    CoolDown.#own(this).waiting = calls;
  }

  /** Describes the answer that started it. */
  get cause(): FailureDigest | undefined {
    return this.#held?.cause;
  }

  set cause(cause: FailureDigest | undefined) {
    CoolDown.#own(this).cause = cause;
  }

  /** Holds the key for `hintMs` from now; false, and nothing changed, if it is held for longer already. */
  start(hintMs: number, nowMs: number, cause: FailureDigest | undefined): boolean {
    if (hintMs <= this.remainingMs(nowMs)) return false;
    Object.assign(CoolDown.#own(this), {
      untilMs: nowMs + hintMs,
      hintMs,
      everyMs: undefined,
      firstMs: undefined,
      cause,
    });
    return true;
  }

  /** Its end; undefined if there has been none. */
  get untilMs(): number | undefined {
    return this.#held?.untilMs;
  }

  /** Returns what is left of it, in ms; 0 if there is none. */
  remainingMs(nowMs: number): number {
    const untilMs = this.#held?.untilMs;
    return untilMs === undefined ? 0 : Math.max(0, untilMs - nowMs);
  }

  /**
   * Returns when the next turn begins, in ms from now, and over how long it is spread; zeros if there is no cool-down.
   * `everyMs` is how far apart the turns are. The first one asked for holds until the end. `firstAt`, in 0..1, moves the
   * first turn, and with it all others: the instances of a fleet must not all begin at the end.
   */
  nextTurn(nowMs: number, everyMs: number, firstAt = 0): Turn {
    const held = this.#held;
    if (held?.untilMs === undefined || held.untilMs <= nowMs) return NOW;
    held.everyMs ??= everyMs;
    held.firstMs ??= firstAt * Math.min(held.everyMs, FIRST_WITHIN_HINTS * held.hintMs);
    const turnMs = Math.max(held.untilMs + held.firstMs, held.lastTurnMs + held.everyMs);
    return { waitMs: turnMs - nowMs, spreadMs: Math.min(held.everyMs, MAX_SPREAD * held.hintMs) };
  }

  /** Returns the turn after the last one that was given away, once the time is over; undefined if all turns are over, too. */
  turnAfterEnd(nowMs: number): Turn | undefined {
    const held = this.#held;
    if (held?.everyMs === undefined || held.lastTurnMs <= nowMs || this.remainingMs(nowMs) > 0) return undefined;
    return {
      waitMs: held.lastTurnMs + held.everyMs - nowMs,
      spreadMs: Math.min(held.everyMs, MAX_SPREAD * held.hintMs),
    };
  }

  /** Gives away the turn that begins `waitMs` from now. */
  takeTurn(nowMs: number, waitMs: number): void {
    if (waitMs > 0) CoolDown.#own(this).lastTurnMs = nowMs + waitMs;
  }

  /** Ends it now and lets all waiting calls go on. */
  lift(): void {
    const held = this.#held;
    if (held === undefined) return;
    Object.assign(held, { untilMs: undefined, lastTurnMs: Number.NEGATIVE_INFINITY, cause: undefined });
    for (const wake of [...(held.wakers ?? [])]) wake();
  }

  /** Calls `wake` when the cool-down is lifted; the returned function takes that back. */
  onLift(wake: () => void): () => void {
    const held = CoolDown.#own(this);
    held.wakers ??= new Set();
    held.wakers.add(wake);
    return () => held.wakers?.delete(wake);
  }

  /** Static, since a private method takes memory in each object that has it. */
  static #own(coolDown: CoolDown): Held {
    coolDown.#held ??= {
      waiting: 0,
      cause: undefined,
      untilMs: undefined,
      hintMs: 0,
      lastTurnMs: Number.NEGATIVE_INFINITY,
      everyMs: undefined,
      firstMs: undefined,
      wakers: undefined,
    };
    return coolDown.#held;
  }
}

/** Memory of a key that is or was held. */
interface Held {
  waiting: number;
  cause: FailureDigest | undefined;
  untilMs: number | undefined;
  hintMs: number;
  lastTurnMs: number;
  everyMs: number | undefined;
  /** Time from the end to the first turn. */
  firstMs: number | undefined;
  wakers: Set<() => void> | undefined;
}

/** Turn of a call after a cool-down. */
export interface Turn {
  readonly waitMs: number;
  readonly spreadMs: number;
}

const NOW: Turn = Object.freeze({ waitMs: 0, spreadMs: 0 });
const MAX_SPREAD = 0.1;
/**
 * Instances with few calls have one that waits, or none: as many as came in the time of the hint. Within three times
 * that, they come at a third of the rate.
 */
const FIRST_WITHIN_HINTS = 3;
