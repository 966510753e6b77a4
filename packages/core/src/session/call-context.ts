import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import { defaults } from '../options/defaults.js';
import type { PolicySettings } from '../options/options.js';
import type { CallTimeouts } from '../options/timeout-options.js';
import type { EventHub } from '../telemetry/event-hub.js';
import type { CallOptions } from './call-options.js';
import type { CallRecord } from './call-record.js';

/** What the decisions about one call go by. */
export interface CallContext {
  readonly settings: PolicySettings;
  readonly events: EventHub;
  readonly entry: KeyEntry;
  /** The breaker that the call passes: the key's, as it was when the call began or moved there. */
  readonly breaker: Breaker | undefined;
  readonly call: CallOptions | undefined;
  readonly mode: 'enforce' | 'observe';
  readonly timeouts: CallTimeouts;
  readonly idempotencyKey: string | undefined;
  /** An attempt is one request and nothing else. */
  readonly oneRequestPerAttempt: boolean;
  /** Its next attempt may be sent to another place, which is known when it has been prepared. */
  readonly mayMove: boolean;
  /** An attempt has failed of which it is not known whether the server has acted on it. */
  readonly hasUnknownFate: boolean;
  /** Why the call waits for nothing any more: its policy was closed, or does not enforce this call any more. */
  readonly released: 'closed' | 'off' | undefined;
  /** Calls `wake` when that is so; the returned function takes it back. */
  onRelease(wake: () => void): () => void;
  /** The time as the call knows it: never earlier than what its timers have shown to be over, whatever the clock says. */
  now(): number;
  /** A timer has shown that it is `nowMs` at least. */
  timePassed(nowMs: number): void;
  readonly log: CallRecord;
}

/** Whether the caller has cancelled. */
export function isCancelled({ call }: CallContext): boolean {
  return call?.signal?.aborted === true;
}

/** How long from now a wait may last, in ms. */
export function timeLeftMs(state: CallContext, nowMs: number): number {
  return Math.min(elapsedLeftMs(state, nowMs), deadlineLeftMs(state, nowMs));
}

/** What is left of `maxElapsedMs`. A call without retries waits no longer for a cool-down than one with the default ones. */
export function elapsedLeftMs({ settings, log }: CallContext, nowMs: number): number {
  const { maxElapsedMs } = settings.retry === false ? defaults.retry : settings.retry;
  return maxElapsedMs - log.elapsedMs(nowMs);
}

/** What is left until the deadline; infinite where there is none. */
export function deadlineLeftMs({ timeouts, log }: CallContext, nowMs: number): number {
  return (timeouts.totalMs ?? Number.POSITIVE_INFINITY) - log.elapsedMs(nowMs);
}
