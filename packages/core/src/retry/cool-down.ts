import type { FailureDigest } from '../untrusted/failure-digest.js';

/**
 * The time until which a server has asked to be left alone. Time is an argument; no timers are set here.
 *
 * The calls that wait for its end get turns, one after the other, so that they do not all come back at the same moment.
 */
export class CoolDown {
  /** Undefined for a key that has had neither a cool-down nor a waiting call, as nearly all keys. */
  #held: Held | undefined = undefined;

  /** Number of calls that wait for the end. */
  get waiting(): number {
    return this.#held === undefined ? 0 : this.#held.waiting;
  }

  set waiting(calls: number) {
    CoolDown.#own(this).waiting = calls;
  }

  /** Digest of the answer that started it. */
  get cause(): FailureDigest | undefined {
    return this.#held?.cause;
  }

  set cause(cause: FailureDigest | undefined) {
    CoolDown.#own(this).cause = cause;
  }

  /** Holds the key for `hintMs` from now. Returns false, and changes nothing, if the key is already held for longer. */
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

  /** Returns the rest of it, in ms; 0 if there is none. */
  remainingMs(nowMs: number): number {
    const untilMs = this.#held?.untilMs;
    return untilMs === undefined ? 0 : Math.max(0, untilMs - nowMs);
  }

  /**
   * Returns when the next turn begins, in ms from now, and over how long it is spread; zeros if there is no cool-down.
   * `everyMs` is the time between turns. The first value holds until the end of the cool-down. `firstAt`, in 0..1,
   * shifts all turns, so that the instances of a fleet do not all begin at the same moment.
   */
  nextTurn(nowMs: number, everyMs: number, firstAt = 0): Turn {
    const held = this.#held;
    if (held?.untilMs === undefined || held.untilMs <= nowMs) return NOW;
    held.everyMs ??= everyMs;
    held.firstMs ??= firstAt * Math.min(held.everyMs, FIRST_WITHIN_HINTS * held.hintMs);
    const turnMs = Math.max(held.untilMs + held.firstMs, held.lastTurnMs + held.everyMs);
    return { waitMs: turnMs - nowMs, spreadMs: Math.min(held.everyMs, MAX_SPREAD * held.hintMs) };
  }

  /**
   * Returns the turn after the last one that was taken, once the cool-down has ended; undefined if the turns have
   * ended, too.
   */
  turnAfterEnd(nowMs: number): Turn | undefined {
    const held = this.#held;
    if (held?.everyMs === undefined || held.lastTurnMs <= nowMs || this.remainingMs(nowMs) > 0) return undefined;
    return {
      waitMs: held.lastTurnMs + held.everyMs - nowMs,
      spreadMs: Math.min(held.everyMs, MAX_SPREAD * held.hintMs),
    };
  }

  /** Marks the turn that begins `waitMs` from now as taken. */
  takeTurn(nowMs: number, waitMs: number): void {
    if (waitMs > 0) CoolDown.#own(this).lastTurnMs = nowMs + waitMs;
  }

  /** Ends the cool-down now, and lets all waiting calls go on. */
  lift(): void {
    const held = this.#held;
    if (held === undefined) return;
    Object.assign(held, { untilMs: undefined, lastTurnMs: Number.NEGATIVE_INFINITY, cause: undefined });
    for (const wake of [...(held.wakers ?? [])]) wake();
  }

  /** Calls `wake` when the cool-down is lifted; the returned function removes it. */
  onLift(wake: () => void): () => void {
    const held = CoolDown.#own(this);
    held.wakers ??= new Set();
    held.wakers.add(wake);
    return () => held.wakers?.delete(wake);
  }

  /**
   * Returns the memory of a key that is held, made on first use. Static, because a private method takes memory in each
   * object that has it.
   */
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
 * Factor on the hint's duration, over which a fleet's instances spread their first turns. Instances with few calls have
 * at most one waiting call each. There are as many of those calls as came during the hint, so they come back at a third
 * of that rate.
 */
const FIRST_WITHIN_HINTS = 3;
