import { AttemptTimeoutError, type Clock, type Outcome, type StopReason, type Timer } from '@breakwater/core';
import { type Decision, errorOutcome, type Permit, type Session, valueOutcome } from '@breakwater/core/adapter';
import type { GotError, GotResponse } from '../got-types.js';
import { outcomeOfError, outcomeOfResponse } from '../outcome.js';
import { copyRefusal } from '../resilience-error.js';

/** An attempt under way. */
interface OpenAttempt {
  readonly permit: Permit;
  timer: Timer | undefined;
  timedOut: AttemptTimeoutError | undefined;
}

/**
 * Tracks the attempts of one call, of which at most one is open, and the reason why none would follow if the call ended
 * now.
 */
export class AttemptTracker {
  readonly session: Session;
  stopReason: StopReason = NOT_BEGUN;
  /** Set if the latest attempt has sent something. A cache that answers by itself sends nothing. */
  isSent = false;
  readonly #clock: Clock;
  #open: OpenAttempt | undefined;
  #decision: Decision | undefined;

  constructor(session: Session, clock: Clock) {
    this.session = session;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The error of an open attempt that took too long. */
  get timedOut(): AttemptTimeoutError | undefined {
    return this.#open?.timedOut;
  }

  begin(permit: Permit, onTimeout: (error: AttemptTimeoutError) => void): void {
    const { key, timeouts } = this.session;
    const { attemptMs } = timeouts;
    const open: OpenAttempt = { permit, timer: undefined, timedOut: undefined };
    if (attemptMs !== undefined) {
      open.timer = this.#clock.schedule(() => {
        open.timedOut = new AttemptTimeoutError(key, attemptMs);
        onTimeout(open.timedOut);
      }, attemptMs);
    }
    this.#open = open;
    this.isSent = false;
    this.stopReason = 'cancelled';
  }

  /** Runs a function as part of the open attempt. */
  inside<T>(fn: () => T): T {
    return this.#open === undefined ? fn() : this.session.inside(this.#open.permit, fn);
  }

  /** Ends the time of the open attempt. Returns the error with which it then ends. */
  timeOut(error: AttemptTimeoutError): AttemptTimeoutError {
    this.stopTimer();
    if (this.#open !== undefined) this.#open.timedOut = error;
    return error;
  }

  stopTimer(): void {
    this.#open?.timer?.cancel();
  }

  /** Does nothing if the attempt has been settled. `isLast`: got cannot make another attempt. */
  settleResponse(response: GotResponse, isLast = false): void {
    if (response.isFromCache && !this.isSent) this.release('unused');
    else this.#settle(outcomeOfResponse(response), undefined, isLast);
  }

  /** Does nothing if the attempt has been settled. `isLast`: got cannot make another attempt. */
  settleError(error: GotError, isLast = false): void {
    const outcome = outcomeOfError(error);
    const timedOut = this.#open?.timedOut;
    if (timedOut === undefined || outcome.kind === 'response') this.#settle(outcome, error, isLast);
    else this.#settle(errorOutcome(timedOut), copyRefusal(timedOut, error), isLast);
  }

  /** Settles an attempt whose outcome is not known. */
  settleUnknown(): void {
    this.#settle(valueOutcome(undefined), undefined, true);
  }

  /** Returns the permit of the open attempt, if there is one, without an outcome. */
  release(why: 'cancelled' | 'deadline' | 'unused'): void {
    const open = this.#close();
    if (open === undefined) return;
    this.session.abandon(open.permit, why);
    this.stopReason = why === 'unused' ? 'success' : why;
  }

  /** Records that another attempt follows. */
  retryFollows(): void {
    this.stopReason = NOT_BEGUN;
  }

  /** Returns the decision about the attempt that was settled last, once. */
  takeDecision(): Decision | undefined {
    const decision = this.#decision;
    this.#decision = undefined;
    return decision;
  }

  get decision(): Decision | undefined {
    return this.#decision;
  }

  end(stopReason: StopReason): void {
    // The session returns a permit that is still open.
    this.#close();
    this.session.end(stopReason);
  }

  #settle(outcome: Outcome, thrown: unknown, isLast: boolean): void {
    const open = this.#close();
    if (open === undefined) return;
    const decision = this.session.settle(open.permit, outcome, thrown, isLast);
    this.#decision = decision;
    // Holds until the retry is really made: the user's own `calculateDelay` may prevent it.
    this.stopReason = decision.retry ? 'disabled' : decision.stopReason;
  }

  #close(): OpenAttempt | undefined {
    const open = this.#open;
    this.#open = undefined;
    open?.timer?.cancel();
    return open;
  }
}

/** Reason for a failure before any attempt has begun, which another attempt would not cure. */
const NOT_BEGUN: StopReason = 'permanent';
