import type { BreakerPhase, TransitionReason } from '../breaker/state.js';
import type { Verdict } from '../outcome/verdict.js';
import type { FailureDigest } from '../untrusted/failure-digest.js';
import type { WindowCounts } from '../window/window.js';
import type { CallAttributes } from './call-attributes.js';
import type { StopReason } from './report.js';

/** Fields of every event. */
export interface PolicyEvent {
  /** The policy's name. */
  readonly policy: string;
  /** Key of the call; empty if the event concerns all keys. */
  readonly key: string;
  /** Wall-clock time of the event, in ms since 1970. */
  readonly atMs: number;
  /** The policy's `instance`, or the name of this process in a shared store; absent if there is neither. */
  readonly instance?: string | undefined;
}

/** Fields of every event of one call. */
export interface OneCallEvent extends PolicyEvent {
  /** Result of the policy's `attributesOf`; absent if there is none. */
  readonly attributes?: CallAttributes | undefined;
}

/** An attempt has ended. */
export interface AttemptEvent extends OneCallEvent {
  /** From 1. */
  readonly attempt: number;
  readonly verdict: Verdict;
  readonly durationMs: number;
  /** Status of the answer; undefined if there was none. */
  readonly status: number | undefined;
  /** Code of the error; undefined if there was none. */
  readonly code: string | undefined;
}

/** A retry will follow after `delayMs`. */
export interface RetryEvent extends OneCallEvent {
  /** The retry's number, from 1. */
  readonly retry: number;
  readonly delayMs: number;
  readonly reason: 'transient' | 'throttled';
}

/** A failure that was worth a retry gets none. */
export interface GiveUpEvent extends OneCallEvent {
  readonly stopReason: StopReason;
  readonly attempts: number;
}

/** A call has ended; `kind` is successful or failed, with or without a retry. */
export interface CallEvent extends OneCallEvent {
  readonly outcome: 'success' | 'failure' | 'cancelled';
  readonly kind: CallKind;
  readonly stopReason: StopReason;
  readonly attempts: number;
  readonly elapsedMs: number;
  /** The part of `elapsedMs` spent waiting: backoff, cool-down, a slot under the limit. */
  readonly waitedMs: number;
  /** Status of the last answer; undefined if there was none. */
  readonly status: number | undefined;
  /** Code of the last attempt's error; undefined if there was none. */
  readonly code: string | undefined;
  /**
   * True if another library made this call to repeat one that had failed, and the call was only observed. Absent for
   * any other call.
   */
  readonly repeats?: boolean | undefined;
}

/** Result of a call, and whether it needed a retry: the four kinds that resilience4j counts. */
export type CallKind =
  | 'successful-without-retry'
  | 'successful-with-retry'
  | 'failed-without-retry'
  | 'failed-with-retry';

/** Reason for not making an attempt. */
export type RejectReason = 'circuit-open' | 'cool-down' | 'limited' | 'deadline' | 'elapsed';

/** An attempt was not made. */
export interface RejectEvent extends OneCallEvent {
  readonly reason: RejectReason;
  readonly retryAfterMs: number | undefined;
}

/** A breaker has changed its phase. */
export interface BreakerEvent extends PolicyEvent {
  readonly from: BreakerPhase;
  readonly to: BreakerPhase;
  readonly why: TransitionReason;
  /** Counts of the window at that moment. */
  readonly counts: WindowCounts;
  /** The share of `counts.calls` that failed, in 0..1. */
  readonly failureRate: number;
  /** Time that the circuit stays open, in ms; 0 unless `to` is `open`. */
  readonly openForMs: number;
  /**
   * Describes the failure that opened the circuit here. Undefined for any other change, and if a fleet or an operator
   * made it.
   */
  readonly cause: FailureDigest | undefined;
}

/** A cool-down has begun, was made longer, or was lifted (`remainingMs` is 0). */
export interface CoolDownEvent extends PolicyEvent {
  readonly remainingMs: number;
}

/** A key with an open circuit or a cool-down had to be forgotten to keep no more than `maxKeys`. */
export interface EvictEvent extends PolicyEvent {
  /** The state of its breaker. */
  readonly breaker: BreakerPhase;
  /** Rest of its cool-down, in ms. */
  readonly coolDownMs: number;
}

/** The retry budget has run out, or has refused no retry for a whole `budget.windowMs` again. */
export interface BudgetEvent extends PolicyEvent {
  readonly state: 'exhausted' | 'available';
}

/**
 * A store began to fail, so that each process decides alone, or works again. Or it answers but its messages no longer
 * arrive, or arrive again. In these cases `key` is empty. Or the processes that share `key` have different breaker
 * rules, or agree again.
 */
export interface StoreEvent extends PolicyEvent {
  readonly status: 'degraded' | 'restored' | 'poll-only' | 'push-restored' | 'rules-differ' | 'rules-agree';
  /** Message of the store's error. */
  readonly message: string | undefined;
}

/**
 * A breaker or the mode was changed by hand with a name, as in `policy.breaker(key).open({ by: 'alice' })`; `key` is
 * empty for a mode.
 */
export interface ControlEvent extends PolicyEvent {
  readonly action: ControlAction;
  /** The name that the caller gave. */
  readonly by: string;
  /** The new mode; undefined unless `action` is `mode`. */
  readonly mode: 'enforce' | 'observe' | 'off' | undefined;
}

/** Change made by hand. */
export type ControlAction = 'open' | 'close' | 'reset' | 'mode';

/**
 * A user's function threw or returned an invalid value, and the policy went on without it. `message` has the name and
 * code of the error, never its text.
 */
export interface HookErrorEvent extends PolicyEvent {
  readonly hook:
    | 'shouldRetry'
    | 'isFailure'
    | 'idempotent'
    | 'backoff'
    | 'keyOf'
    | 'attributesOf'
    | 'generate'
    | 'listener';
  /**
   * The invalid value that it returned, or the name and code of what it threw. Never the message of an error, which may
   * quote a payload.
   */
  readonly message: string;
}

/** In mode `observe`: a retry would have followed. */
export type WouldRetryEvent = RetryEvent;
/** In mode `observe`: the attempt would not have been made. */
export type WouldRejectEvent = RejectEvent;

/** All events by name. */
export interface PolicyEvents {
  attempt: AttemptEvent;
  retry: RetryEvent;
  giveUp: GiveUpEvent;
  call: CallEvent;
  reject: RejectEvent;
  breaker: BreakerEvent;
  coolDown: CoolDownEvent;
  evict: EvictEvent;
  budget: BudgetEvent;
  store: StoreEvent;
  control: ControlEvent;
  hookError: HookErrorEvent;
  wouldRetry: WouldRetryEvent;
  wouldReject: WouldRejectEvent;
}

/** The name of an event. */
export type PolicyEventName = keyof PolicyEvents;
/** Receives an event. If it throws or rejects, the event `hookError` is emitted and nothing else happens. */
export type PolicyEventListener<E extends PolicyEventName> = (event: PolicyEvents[E]) => void;

/** Fields of an event beyond those that all events have. */
export type EventDetails<E extends PolicyEventName> = Omit<PolicyEvents[E], keyof PolicyEvent>;

export const eventNames: readonly PolicyEventName[] = [
  'attempt',
  'retry',
  'giveUp',
  'call',
  'reject',
  'breaker',
  'coolDown',
  'evict',
  'budget',
  'store',
  'control',
  'hookError',
  'wouldRetry',
  'wouldReject',
];
