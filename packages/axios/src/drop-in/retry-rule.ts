import type { StopReason } from '@breakwater/core';
import type { FullResponse } from '../axios-types.js';
import type { OwnConfig } from '../request/attempt-config.js';

// Rules of the library that a drop-in replaces: when it retries, after which wait, and which callbacks it calls.

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

/** Consequence of a failure: another attempt at once, the request's error, or the answer in which it came. */
export type NextStep = 'send' | 'reject' | 'resolve';

export interface RetryRule {
  /** Called when an attempt with this config is about to be made. */
  attemptBegins(config: DropInConfig): void;
  /** Called with a failure that belongs to no request. */
  strayError(error: object): void;
  /**
   * Decides about a failure, and does everything that comes before another attempt, including the wait. An error that
   * it throws replaces the request's.
   */
  next(error: FailedRequest, call: RuleCall): Promise<NextStep>;
}

/** The call about which a rule decides. */
export interface RuleCall {
  /** Tells if neither the caller nor the policy has ended the call. */
  mayRetry(config: DropInConfig): boolean;
  /**
   * Requests a retry from the policy after so many ms. Returns how long to wait, or undefined if there will be no
   * retry.
   */
  requestRetry(delayMs: number, error: FailedRequest): number | undefined;
  /** Tells if there is a body to send: a one-shot body that has been sent cannot be sent again. */
  canSend(config: DropInConfig): boolean;
  /** Waits; ends early if the caller cancels. */
  wait(delayMs: number): Waiting;
  /** Records why there will be no retry. */
  stop(why: StopReason): void;
}

export interface Waiting {
  readonly over: Promise<void>;
  cut(): void;
}
