import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { FixedLimit } from '../limit/fixed-limit.js';
import { defaults } from '../options/defaults.js';
import type { PolicySettings } from '../options/options.js';
import type { CallTimeouts } from '../options/timeout-options.js';
import type { EventHub } from '../telemetry/event-hub.js';
import type { CallOptions } from './call-options.js';
import type { CallRecord } from './call-record.js';

/** The state of one call, on which its decisions are based. */
export interface CallContext {
  readonly settings: PolicySettings;
  readonly events: EventHub;
  readonly entry: KeyEntry;
  /** The key's breaker at the time when the call began or moved to the key. */
  readonly breaker: Breaker | undefined;
  readonly call: CallOptions | undefined;
  readonly mode: 'enforce' | 'observe';
  readonly timeouts: CallTimeouts;
  readonly idempotencyKey: string | undefined;
  /** Tells if an attempt is one request and nothing else. */
  readonly oneRequestPerAttempt: boolean;
  /** Tells if the next attempt may go to another place, which is known once it has been prepared. */
  readonly mayMove: boolean;
  /** Set once an attempt has failed on which the server may have acted. */
  hasUnknownFate: boolean;
  /** Set once the server has asked to be left alone. */
  wasThrottled: boolean;
  /**
   * Duration of the last attempt in ms, if it timed out and the server has not answered any later attempt. Undefined
   * otherwise.
   */
  lateMs: number | undefined;
  /** The queue of the key's serial retries, if the call has its turn in it. */
  turn: FixedLimit | undefined;
  /** Set once the call has had a turn. */
  hadTurn: boolean;
  /** Set if the next attempt follows the call's own hint, rather than a turn after a cool-down of the key. */
  isUnpaced: boolean;
  /** Set if the call must not wait any more: its policy was closed, or does not enforce it any more. */
  readonly released: 'closed' | 'off' | undefined;
  readonly log: CallRecord;
  /** Calls `wake` when the call is released. The returned function removes it. */
  onRelease(wake: () => void): () => void;
  /**
   * Returns the time. It is never before a time at which a timer of the call has fired, even if the clock stands still.
   */
  now(): number;
  /** Records that a timer has fired, so the time is at least `nowMs`. */
  timePassed(nowMs: number): void;
}

/** Tells if the caller has cancelled. */
export function isCancelled({ call }: CallContext): boolean {
  return call?.signal?.aborted === true;
}

/** Returns how long a wait may last from now, in ms. */
export function timeLeftMs(state: CallContext, nowMs: number): number {
  return Math.min(elapsedLeftMs(state, nowMs), deadlineLeftMs(state, nowMs));
}

/**
 * Returns the rest of `maxElapsedMs`. A call without retries waits for a cool-down as long as one with the default
 * retries.
 */
export function elapsedLeftMs({ settings, log }: CallContext, nowMs: number): number {
  const { maxElapsedMs } = settings.retry === false ? defaults.retry : settings.retry;
  return maxElapsedMs - log.elapsedMs(nowMs);
}

/** Returns the rest of the time until the deadline. Infinite if there is none. */
export function deadlineLeftMs({ timeouts, log }: CallContext, nowMs: number): number {
  return (timeouts.totalMs ?? Number.POSITIVE_INFINITY) - log.elapsedMs(nowMs);
}
