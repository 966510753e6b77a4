import type { CallTimeouts } from '../options/timeout-options.js';
import type { Outcome } from '../outcome/outcome.js';
import type { CallReport, StopReason } from '../telemetry/report.js';
import type { Place } from './call-options.js';

/** Leave to make one attempt. Settled or abandoned exactly once; doing so again changes nothing. */
export interface Permit {
  /** From 1. */
  readonly attempt: number;
}

/** A permit, or why there is none. */
export type Admission = { readonly admitted: true; readonly permit: Permit } | Refused;

/** Why there is no permit. `error` is what a call without any answer ends with. */
export interface Refused {
  readonly admitted: false;
  readonly stopReason: StopReason;
  readonly error: unknown;
}

/** What follows on an attempt. */
export type Decision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly stopReason: StopReason };

/** One call's decisions, for whoever drives its attempts: `execute` here, got's own loop there. */
export interface Session {
  readonly key: string;
  readonly mode: 'enforce' | 'observe' | 'off';
  /** The key that every attempt of this call carries; undefined where it carries none. */
  readonly idempotencyKey: string | undefined;
  /** Hard limits that the driver has to hold. None where nothing is enforced. */
  readonly timeouts: CallTimeouts;
  /** When it began, by the policy's clock. */
  readonly startedMs: number;
  /** Attempts begun so far. */
  readonly attempts: number;
  /** Leave for the next attempt. A promise only where there is something to wait for: a cool-down, a place, a fleet's probe. `nowMs`: where the clock has just been read. */
  admit(nowMs?: number): Admission | Promise<Admission>;
  /**
   * Waits until the next attempt may be prepared, without taking anything: while it is prepared, other calls may have the place or the
   * probe. Returns undefined, or why there will be no attempt. `admit` follows when it is ready.
   */
  approach(nowMs?: number): Refused | undefined | Promise<Refused | undefined>;
  /**
   * Makes the next attempt, and what follows on it, that of another place: its breaker, limit, budget and cool-down. For an attempt that
   * is sent elsewhere than the one before. Does nothing while an attempt is under way.
   */
  moveTo(place: Place): void;
  /**
   * Tells what an attempt ended with and asks what follows. `thrown` is the error that a response came in, if it did;
   * `last` says that the driver has no way to make another attempt.
   */
  settle(permit: Permit, result: Outcome, thrown?: unknown, last?: boolean): Decision;
  /** Gives a permit back whose attempt was cut short by the caller or by the deadline, or sent nothing: a cache had the answer. */
  abandon(permit: Permit, why: 'cancelled' | 'deadline' | 'unused'): Decision;
  /**
   * Asks leave for a retry that the driver's own rules want, after an attempt that was settled as its `last`: they say what is
   * retried and when; deadline, `maxElapsedMs`, breaker and budget say whether it may be.
   */
  retry(delayMs: number, reason: 'transient' | 'throttled'): Decision;
  /** Tells whether the call may be repeated for a failure that says nothing about the server, such as a stale kept-alive connection. */
  mayRepeat(): boolean;
  /**
   * Calls `fn` as a part of the permit's attempt: calls that it makes under the same key need no probe and no place of their own.
   * `signal` is the attempt's own, if it has one.
   */
  inside<T>(permit: Permit, fn: () => T, signal?: AbortSignal): T;
  /** Calls `fn`, which prepares the next attempt, in the context that what follows the call has for that. */
  preparing<T>(fn: () => T): T;
  /** Calls `wake` when the policy lets go of the call, which then ends with the answer that it has. The returned function takes that back. */
  onRelease(wake: () => void): () => void;
  /** Waits for `delayMs`; resolves early, without a word, when the caller cancels: `admit` says so next. */
  wait(delayMs: number): Promise<void>;
  /** What is left of the deadline, in ms; undefined where there is none. */
  remainingMs(): number | undefined;
  /** The call is over. Gives back what is still out; again does nothing. `why`: where the driver knows better why it ended. */
  end(why?: StopReason): void;
  /** The call is over with what was settled or refused last, and was so at that instant. Gives back what is still out, as `end` does. */
  conclude(): void;
  /** Keeps what the call went through beside what it ended with, for `reportOf`. */
  keepReport(target: unknown): void;
  /** What the call went through; for a call that has ended, always the same. */
  report(): CallReport;
}
