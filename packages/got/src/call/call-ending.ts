import type { StopReason } from '@breakwater/core';
import type { Refused } from '@breakwater/core/adapter';
import type { GotError } from '../got-types.js';
import { copyRefusal, type Refusal } from '../resilience-error.js';
import type { AttemptTracker } from './attempt-tracker.js';
import { callersError, type Stop } from './stop.js';

/** The end of a call: the reason why got must make no further attempt, and the error that its caller gets. */
export class CallEnding {
  /** Undefined as long as got may continue. */
  stop: Stop | undefined;
  /**
   * The error of the latest attempt after which a retry was planned. The caller gets it if no later attempt has an
   * answer.
   */
  answer: GotError | undefined;
  /** The latest error emitted by got's request. */
  emitted: GotError | undefined;

  /** The policy's error that ends the call, if there is one. */
  get refusal(): Refusal | undefined {
    return this.stop?.kind === 'refused' ? this.stop.refusal : undefined;
  }

  /** The error of a request that has closed, if there is one. */
  get closingError(): GotError | undefined {
    return this.stop?.kind === 'answered' ? this.stop.answer : this.emitted;
  }

  /** Ends the call with an error of the policy. */
  refuse(refusal: Refusal): Refusal {
    this.stop = { kind: 'refused', refusal };
    return refusal;
  }

  /** Ends the call with the refusal of an attempt. */
  refuseBy(attempts: AttemptTracker, { error, stopReason }: Refused): Refusal {
    attempts.stopReason = stopReason;
    return this.refuse(error as Refusal);
  }

  /** Ends the call with the answer of its latest attempt. */
  endWith(attempts: AttemptTracker, answer: GotError, stopReason: StopReason): GotError {
    attempts.stopReason = stopReason;
    this.stop = { kind: 'answered', answer };
    return answer;
  }

  /** Ends the call with an error of the user's own options or hooks. */
  failByUser(): void {
    this.stop = USER_ERROR;
  }

  /** Returns the caller's error in place of got's. */
  errorFor(error: GotError): GotError {
    return callersError(this.stop, error, this.answer);
  }

  copyRefusalOnto(error: GotError): void {
    const { refusal } = this;
    if (refusal !== undefined && error.code === refusal.code) copyRefusal(refusal, error);
  }
}

const USER_ERROR: Stop = Object.freeze({ kind: 'user-error' });

/** Returns the reason for which a call has failed. */
export function failureReason(attempts: AttemptTracker): StopReason {
  // Every failure within got's loop passes `beforeError`, which settles the attempt. So this one was destroyed from
  // outside.
  if (attempts.isOpen) return 'cancelled';
  // After a good answer, a user's hook has failed.
  return attempts.stopReason === 'success' ? 'permanent' : attempts.stopReason;
}
