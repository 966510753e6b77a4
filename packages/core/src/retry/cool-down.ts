import type { FailureDigest } from '../untrusted/failure-digest.js';
import { laterPlan, ownTurnMs, planTurns, putOffMs, type TurnPlan, turnMsAfter } from './turn-plan.js';

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

  /** Counts a call that waits for a hint of its own, without a turn, and must come back by `latestMs`. */
  unpacedBegan(latestMs: number): void {
    const held = CoolDown.#own(this);
    held.unpacedUntilMs = held.unpaced === 0 ? latestMs : Math.max(held.unpacedUntilMs, latestMs);
    held.unpaced += 1;
  }

  /** Ends that for one of these calls. */
  unpacedEnded(): void {
    CoolDown.#own(this).unpaced -= 1;
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
    const held = CoolDown.#own(this);
    const untilMs = nowMs + hintMs;
    const byMs = held.plan === undefined ? undefined : putOffMs(held.plan, held.lastTurnMs, untilMs, nowMs);
    if (held.plan === undefined || byMs === undefined) held.plan = undefined;
    else {
      held.plan = laterPlan(held.plan, byMs, hintMs, nowMs);
      held.lastTurnMs += byMs;
      held.putOffMs += byMs;
    }
    Object.assign(held, { untilMs, hintMs, cause });
    return true;
  }

  /** Its end; undefined if there has been none. */
  get untilMs(): number | undefined {
    return this.#held?.untilMs;
  }

  /**
   * Time by which turns have been put off so far, in ms. A longer cool-down puts off the turns that have not begun yet,
   * and keeps their order.
   */
  get putOffMs(): number {
    return this.#held === undefined ? 0 : this.#held.putOffMs;
  }

  /** Tells if turns have been put off since `putOffMs` had that value. */
  isPutOff(putOffMs: number): boolean {
    return this.untilMs !== undefined && this.putOffMs !== putOffMs;
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
    const plan = CoolDown.#planOf(held, held.untilMs, everyMs, firstAt);
    return { waitMs: turnMsAfter(plan, held.lastTurnMs) - nowMs, spreadMs: plan.spreadMs };
  }

  /**
   * Returns the turn of a call that waits for a hint of its own, during the cool-down or after its end; undefined if
   * all such turns are over. These turns come before those of the other calls, which have more time left: they began
   * later.
   */
  nextOwnTurn(nowMs: number, everyMs: number, firstAt = 0): Turn | undefined {
    const held = this.#held;
    if (held?.untilMs === undefined) return undefined;
    const plan = CoolDown.#planOf(held, held.untilMs, everyMs, firstAt);
    const turnMs = ownTurnMs(plan, nowMs);
    return turnMs === undefined ? undefined : { waitMs: turnMs - nowMs, spreadMs: turnMs > nowMs ? plan.spreadMs : 0 };
  }

  /** Returns a turn that began at `turnMs` before it was put off. It may have begun already. */
  laterTurn({ turnMs, putOffMs }: { readonly turnMs: number; readonly putOffMs: number }, nowMs: number): Turn {
    return { waitMs: turnMs + this.putOffMs - putOffMs - nowMs, spreadMs: this.#held?.plan?.spreadMs ?? 0 };
  }

  /** Marks the turn of a call with a hint of its own, which begins `waitMs` from now, as taken. */
  takeOwnTurn(nowMs: number, waitMs: number): void {
    const plan = this.#held?.plan;
    if (plan === undefined) return;
    plan.ownLeft -= 1;
    plan.lastOwnMs = nowMs + waitMs;
  }

  /**
   * Returns the turn after the last one that was taken, once the cool-down has ended; undefined if the turns have
   * ended, too.
   */
  turnAfterEnd(nowMs: number): Turn | undefined {
    const held = this.#held;
    if (held?.plan === undefined || held.lastTurnMs <= nowMs || this.remainingMs(nowMs) > 0) return undefined;
    return { waitMs: turnMsAfter(held.plan, held.lastTurnMs) - nowMs, spreadMs: held.plan.spreadMs };
  }

  /** Marks the turn that begins `waitMs` from now as taken. */
  takeTurn(nowMs: number, waitMs: number): void {
    if (waitMs > 0) CoolDown.#own(this).lastTurnMs = nowMs + waitMs;
  }

  /** Ends the cool-down now, and lets all waiting calls go on. */
  lift(): void {
    const held = this.#held;
    if (held === undefined) return;
    Object.assign(held, {
      untilMs: undefined,
      lastTurnMs: Number.NEGATIVE_INFINITY,
      plan: undefined,
      cause: undefined,
    });
    for (const wake of [...(held.wakers ?? [])]) wake();
  }

  /** Calls `wake` when the cool-down is lifted; the returned function removes it. */
  onLift(wake: () => void): () => void {
    const held = CoolDown.#own(this);
    held.wakers ??= new Set();
    held.wakers.add(wake);
    return () => held.wakers?.delete(wake);
  }

  static #planOf(held: Held, untilMs: number, everyMs: number, firstAt: number): TurnPlan {
    const { hintMs, unpaced, unpacedUntilMs } = held;
    held.plan ??= planTurns({ untilMs, hintMs, everyMs, firstAt, unpaced, unpacedUntilMs });
    return held.plan;
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
      plan: undefined,
      putOffMs: 0,
      unpaced: 0,
      unpacedUntilMs: 0,
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
  /** Made for the first turn; holds until all turns are over. */
  plan: TurnPlan | undefined;
  putOffMs: number;
  unpaced: number;
  unpacedUntilMs: number;
  wakers: Set<() => void> | undefined;
}

/** Turn of a call after a cool-down. */
export interface Turn {
  readonly waitMs: number;
  readonly spreadMs: number;
}

const NOW: Turn = Object.freeze({ waitMs: 0, spreadMs: 0 });
