import type { StopReason } from '@breakwater/core';
import type { FullResponse } from '../axios-types.js';
import type { OwnConfig } from '../request/attempt-config.js';

// Rules of the library that a drop-in replaces: when it retries, after how long, and which callbacks it calls.

/** The config of one attempt, which the user's callbacks may write to. */
export interface DropInConfig extends OwnConfig {
  timeout?: number | undefined;
  transformRequest?: unknown;
  transformResponse?: unknown;
  validateStatus?: ((status: number) => boolean) | null | undefined;
}

/** An error with the config of its request. */
export interface FailedRequest {
  config: DropInConfig;
  readonly response?: FullResponse | undefined;
}

/** Consequence of a failure: another attempt at once, its own error, or the answer that it came with. */
export type NextStep = 'send' | 'reject' | 'resolve';

export interface RetryRule {
  /** An attempt with this config is about to be made. */
  attemptBegins(config: DropInConfig): void;
  /** A failure that belongs to no request. */
  strayError(error: object): void;
  /**
   * Decides on a failure and does all that comes before another attempt, the wait included. What it throws takes the
   * error's place.
   */
  next(error: FailedRequest, call: RuleCall): Promise<NextStep>;
}

/** The call that a rule decides on. */
export interface RuleCall {
  /** Tells if neither the caller has cancelled nor the policy has ended the call. */
  mayRetry(config: DropInConfig): boolean;
  /** Asks the policy for a retry after so many ms. How long to wait for it, or undefined: there will be none. */
  requestRetry(delayMs: number, error: FailedRequest): number | undefined;
  /** Tells if there is a body to send: one that can be sent once only has been. */
  canSend(config: DropInConfig): boolean;
  /** Ends early if the caller cancels. */
  wait(delayMs: number): Waiting;
  /** Why there will be no retry. */
  stop(why: StopReason): void;
}

export interface Waiting {
  readonly over: Promise<void>;
  cut(): void;
}
