import { processWide } from '../host/process-wide.js';
import type { CallAttributes } from './call-attributes.js';
import type { AttemptEvent, CallEvent, EventDetails } from './events.js';

/** Follows the calls of a process, for example to make a span of each. Its failures never fail a call. */
export interface CallTracer {
  /**
   * Called with the policy of each call that begins. Returns the call's trace; undefined if there is none, and then the
   * call costs no more than without a tracer. `isDriven`: the client makes the attempts itself, as got does.
   */
  trace(policy: TracedPolicy, isDriven: boolean): CallTrace | undefined;
  /**
   * Calls `fn`, which starts a client that makes its attempts itself, in a context that the call's trace can change.
   */
  drive<T>(fn: () => T): T;
}

/** The policy of a call. It is a `Policy` of any copy of this package. */
export interface TracedPolicy {
  readonly name: string;
}

/** Follows one call. */
export interface CallTrace {
  /** Calls `fn`, which prepares or makes an attempt, in the context that it should run in. */
  run<T>(part: 'preparation' | 'attempt', fn: () => T): T;
  /** Reports an event of the call. `begin` comes first and `call` last; without `begin` there is no call. */
  tell<E extends keyof TraceEvents>(name: E, details: TraceEvents[E]): void;
}

/** Events of one call. */
export interface TraceEvents {
  begin: CallStart;
  attemptBegin: { readonly attempt: number; readonly key: string };
  attempt: Omit<EventDetails<'attempt'>, 'attributes'>;
  /** The latest attempt sent nothing: a cache had the answer. */
  attemptUnmade: Pick<AttemptEvent, 'attempt'>;
  retry: Omit<EventDetails<'retry'>, 'attributes'>;
  /** A wait is over: for a retry, a cool-down, or a slot under the limit. */
  wait: Pick<CallEvent, 'waitedMs'>;
  reject: Omit<EventDetails<'reject'>, 'attributes'>;
  call: Omit<EventDetails<'call'>, 'attributes' | 'kind'>;
}

/** A call as it begins. */
export interface CallStart {
  readonly key: string;
  readonly method: string | undefined;
  readonly url: string | undefined;
  /** Result of the policy's `attributesOf`; undefined if there is none. */
  readonly attributes: CallAttributes | undefined;
  /** State of the key's breaker; undefined if the policy has none. */
  readonly breaker: string | undefined;
  /** Set if an attempt is one request and nothing else, apart from its redirects. */
  readonly oneRequestPerAttempt: boolean;
}

/** Shared by ESM and CommonJS: a tracer follows the calls of both. */
export const tracing = processWide<Tracing>('call-tracing.1', () => ({ tracer: undefined, installed: [] }));

/** The tracers that are installed. */
export interface Tracing {
  /** All installed tracers as one that never throws; undefined if there is none. */
  tracer: CallTracer | undefined;
  installed: readonly { readonly tracer: CallTracer }[];
}

/** Calls `fn`, which starts a client that makes its attempts itself, so that its call can be traced. */
export function runDriven<T>(fn: () => T): T {
  return tracing.tracer === undefined ? fn() : tracing.tracer.drive(fn);
}
