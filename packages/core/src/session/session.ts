import type { CallTimeouts } from '../options/timeout-options.js';
import type { Outcome } from '../outcome/outcome.js';
import type { CallReport, StopReason } from '../telemetry/report.js';
import type { Place } from './call-options.js';

/** Permission to make one attempt. It is settled or abandoned exactly once; further calls have no effect. */
export interface Permit {
  /** From 1. */
  readonly attempt: number;
}

/** A permit, or the reason why there is none. */
export type Admission = { readonly admitted: true; readonly permit: Permit } | Refused;

/** A refusal of the next attempt. A call without any answer ends with `error`. */
export interface Refused {
  readonly admitted: false;
  readonly stopReason: StopReason;
  readonly error: unknown;
}

/** Decision about what follows an attempt. */
export type Decision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly stopReason: StopReason };

/**
 * The decisions of one call, for a driver that makes its attempts: the loop of `execute`, or that of got. A driver gets
 * a permit by `admit`, makes the attempt, and returns the permit by `settle` or `abandon`. Then it waits and calls
 * `admit` again, or ends the call by `end`.
 */
export interface Session {
  /** The key to which the call belongs now. */
  readonly key: string;
  readonly mode: 'enforce' | 'observe' | 'off';
  /** The idempotency key that every attempt carries. Undefined if they carry none. */
  readonly idempotencyKey: string | undefined;
  /** Hard limits that the driver has to enforce. None if the call is not enforced. */
  readonly timeouts: CallTimeouts;
  /** Attempts begun so far. */
  readonly attempts: number;

  /**
   * Requests permission for the next attempt. Returns a promise only if it has to wait for a cool-down, a slot or a
   * fleet's probe. `nowMs` spares a look at the clock if it has just been read.
   */
  admit(nowMs?: number): Admission | Promise<Admission>;
  /**
   * Waits until the next attempt may be prepared. Takes nothing, so that other calls may use the slot or the probe
   * during the preparation. Returns undefined, or a refusal. `admit` follows when the attempt is ready.
   */
  approach(nowMs?: number): Refused | undefined | Promise<Refused | undefined>;
  /**
   * Moves the call to another place, with the breaker, limit, budget and cool-down of that place, for an attempt that
   * goes elsewhere than the one before. Does nothing while an attempt is under way.
   */
  moveTo(place: Place): void;
  /**
   * Calls `fn` as a part of the permit's attempt, or of its preparation if there is no permit yet. Calls that an
   * attempt makes under the same key need no probe or slot of their own. `signal` is the attempt's own.
   */
  inside<T>(permit: Permit | undefined, fn: () => T, signal?: AbortSignal): T;

  /**
   * Returns a permit with the attempt's outcome, and decides what follows. `thrown` is the error in which a response
   * came, if any. `last` means that the driver cannot make another attempt.
   */
  settle(permit: Permit, result: Outcome, thrown?: unknown, last?: boolean): Decision;
  /**
   * Returns the permit of an attempt that was cut short by the caller or the deadline, or that sent nothing because a
   * cache had the answer.
   */
  abandon(permit: Permit, why: 'cancelled' | 'deadline' | 'unused'): Decision;
  /**
   * Requests permission for a retry by the driver's own rules, after an attempt that was settled as its `last`. Those
   * rules decide what is retried and when. Deadline, `maxElapsedMs`, breaker and budget decide if it is allowed.
   */
  retry(delayMs: number, reason: 'transient' | 'throttled'): Decision;
  /**
   * Tells if the call may be repeated for a failure that says nothing about the server, such as a stale kept-alive
   * connection.
   */
  mayRepeat(): boolean;
  /**
   * Waits for `delayMs`. Resolves early if the caller cancels or the policy releases the call; the next `admit` shows
   * which.
   */
  wait(delayMs: number): Promise<void>;
  /**
   * Calls `wake` if the policy releases the call, which then ends with the answer that it has. The returned function
   * removes it.
   */
  onRelease(wake: () => void): () => void;

  /** Returns the rest of the time until the deadline, in ms. Undefined if there is none. */
  remainingMs(): number | undefined;
  /**
   * Ends the call, and abandons an attempt under way. Does nothing if it has ended. `why` is the driver's own reason,
   * if it has a better one.
   */
  end(why?: StopReason): void;
  /** Ends the call as `end` does, at the time of its last settled or refused attempt. */
  conclude(): void;
  /** Keeps the report beside the value or error that the call ended with, for `reportOf`. */
  keepReport(target: unknown): void;
  /** Returns the report of the call so far. Once the call has ended, it is always the same object. */
  report(): CallReport;
}
