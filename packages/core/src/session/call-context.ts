import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { FixedLimit } from '../limit/fixed-limit.js';
import { defaults } from '../options/defaults.js';
import type { PolicySettings } from '../options/options.js';
import type { CallTimeouts } from '../options/timeout-options.js';
import type { EventHub } from '../telemetry/event-hub.js';
import type { CallOptions } from './call-options.js';
import type { CallRecord } from './call-record.js';

/** The state of one call, by which its decisions are made. */
export interface CallContext {
  readonly settings: PolicySettings;
  readonly events: EventHub;
  readonly entry: KeyEntry;
  /** The key's breaker when the call began or moved to the key. */
  readonly breaker: Breaker | undefined;
  readonly call: CallOptions | undefined;
  readonly mode: 'enforce' | 'observe';
  readonly timeouts: CallTimeouts;
  readonly idempotencyKey: string | undefined;
  /** Tells if an attempt is one request and nothing else. */
  readonly oneRequestPerAttempt: boolean;
  /** Tells if the next attempt may be sent to another place, which is known when it has been prepared. */
  readonly mayMove: boolean;
  /** Set once an attempt has failed and the server may have acted on it. */
  hasUnknownFate: boolean;
  /** Set once the server has asked to be left alone. */
  wasThrottled: boolean;
  /**
   * The time that the last attempt took, in ms, if it timed out and the server has answered none that began later.
   * Undefined otherwise.
   */
  lateMs: number | undefined;
  /** The turns of the key's retries, if the call has its turn. */
  turn: FixedLimit | undefined;
  /** Set if the next attempt comes at the end of the call's own hint, and not in a turn after a cool-down of the key. */
  isUnpaced: boolean;
  /** Set if the call waits for nothing any more: its policy was closed, or does not enforce it any more. */
  readonly released: 'closed' | 'off' | undefined;
  readonly log: CallRecord;
  /** Calls `wake` when the call is released. The returned function takes that back. */
  onRelease(wake: () => void): () => void;
  /** Returns the time. It is never earlier than what the call's timers have shown, even if the clock stands still. */
  now(): number;
  /** Records that a timer has shown that it is `nowMs` at least. */
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
 * Returns the rest of `maxElapsedMs`. A call without retries waits no longer for a cool-down than one with the default
 * ones.
 */
export function elapsedLeftMs({ settings, log }: CallContext, nowMs: number): number {
  const { maxElapsedMs } = settings.retry === false ? defaults.retry : settings.retry;
  return maxElapsedMs - log.elapsedMs(nowMs);
}

/** Returns the rest of the time until the deadline. Infinite if there is none. */
export function deadlineLeftMs({ timeouts, log }: CallContext, nowMs: number): number {
  return (timeouts.totalMs ?? Number.POSITIVE_INFINITY) - log.elapsedMs(nowMs);
}
