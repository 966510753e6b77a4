import { AttemptTimeoutError, type Clock, type Outcome, type StopReason, type Timer } from '@breakwater/core';
import { type Decision, errorOutcome, type Permit, type Session, valueOutcome } from '@breakwater/core/adapter';
import type { GotError, GotResponse } from '../got-types.js';
import { outcomeOfError, outcomeOfResponse } from '../outcome.js';
import { mark } from '../resilience-error.js';

/** An attempt under way. */
interface OpenAttempt {
  readonly permit: Permit;
  /** Whether anything went out: a cache may have had the answer. */
  isSent: boolean;
  timer: Timer | undefined;
  timedOut: AttemptTimeoutError | undefined;
}

/** The attempts of one call, of which one at most is open, and why there is no further one, should the call end now. */
export class Attempts {
  readonly session: Session;
  stopReason: StopReason = NOT_BEGUN;
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

  begin(permit: Permit, cut: (error: Error) => void): void {
    const { key, timeouts } = this.session;
    const { attemptMs } = timeouts;
    const open: OpenAttempt = { permit, isSent: false, timer: undefined, timedOut: undefined };
    if (attemptMs !== undefined) {
      open.timer = this.#clock.schedule(() => {
        open.timedOut = new AttemptTimeoutError(key, attemptMs);
        cut(open.timedOut);
      }, attemptMs);
    }
    this.#open = open;
    this.stopReason = 'cancelled';
  }

  sent(): void {
    if (this.#open !== undefined) this.#open.isSent = true;
  }

  stopTimer(): void {
    this.#open?.timer?.cancel();
  }

  /** `last`: got has no way to make another. Nothing is open, and nothing happens, where the attempt was settled before. */
  settleResponse(response: GotResponse, last = false): void {
    const isUnused = response.isFromCache && this.#open?.isSent === false;
    if (isUnused) this.giveBack('unused');
    else this.#settle(outcomeOfResponse(response), undefined, last);
  }

  settleError(error: GotError, last = false): void {
    const result = outcomeOfError(error);
    const timedOut = this.#open?.timedOut;
    if (timedOut === undefined || result.kind === 'response') this.#settle(result, error, last);
    else this.#settle(errorOutcome(timedOut), mark(error, timedOut), last);
  }

  /** Something was answered, nobody can say what. */
  settleUnknown(): void {
    this.#settle(valueOutcome(undefined), undefined, true);
  }

  giveBack(why: 'cancelled' | 'deadline' | 'unused'): void {
    const open = this.#close();
    if (open !== undefined) this.session.abandon(open.permit, why);
    this.stopReason = why === 'unused' ? 'success' : why;
  }

  /** Another attempt will follow. */
  retries(): void {
    this.stopReason = NOT_BEGUN;
  }

  /** What follows on the attempt that was settled last; undefined where that has been asked before. */
  takeDecision(): Decision | undefined {
    const decision = this.#decision;
    this.#decision = undefined;
    return decision;
  }

  get decision(): Decision | undefined {
    return this.#decision;
  }

  end(stopReason: StopReason): void {
    // The session gives back what is still open.
    this.#close();
    this.session.end(stopReason);
  }

  #settle(result: Outcome, thrown: unknown, last: boolean): void {
    const open = this.#close();
    if (open === undefined) return;
    const decision = this.session.settle(open.permit, result, thrown, last);
    this.#decision = decision;
    // Until it is retried indeed: the user's own `calculateDelay` may not want that.
    this.stopReason = decision.retry ? 'disabled' : decision.stopReason;
  }

  #close(): OpenAttempt | undefined {
    const open = this.#open;
    this.#open = undefined;
    open?.timer?.cancel();
    return open;
  }
}

/** What fails before an attempt has begun is nothing that another would mend. */
const NOT_BEGUN: StopReason = 'permanent';
