import type { Releaser } from '../host/releaser.js';
import { callChecks } from '../options/call-checks.js';
import type { OutcomePredicate } from '../options/call-info.js';
import { fieldChecker, plainObject } from '../options/checks.js';
import type { Mode } from '../options/mode.js';
import { type CallTimeouts, resolveTimeouts, type TimeoutOptions } from '../options/timeout-options.js';
import type { Outcome } from '../outcome/outcome.js';

/** An adapter's knowledge of its client: the way in which attempts are prepared, read and continued. */
export interface ClientTraits {
  /** Reads a value that an attempt ended with. */
  outcomeOf(value: unknown): Outcome;
  /** Reads an error that an attempt ended with. */
  outcomeOfError(error: unknown): Outcome;
  /**
   * Prepares the next attempt before it has a permit, so it may make calls under the same key. It may take as long as
   * an attempt. If it ends the call by the call's own signal, no attempt is made. Any other rejection counts as a
   * failed attempt. Runs only if the call is enforced.
   */
  prepare?(context: PreparationContext): PromiseLike<Place | undefined>;
  /**
   * Returns the status of a value that is an answer; undefined for any other value. Optional: it saves a call of
   * `outcomeOf` for a good answer. `outcomeOf` must return the same status, with the value itself as the response.
   */
  statusOf?(value: unknown): number | undefined;
  /**
   * Continues an attempt after a failure that does not concern the policy, such as a kept-alive connection that the
   * server had closed. Returns undefined if the attempt has failed.
   */
  again?(error: unknown, call: CallOptions): PromiseLike<unknown> | undefined;
  /**
   * Tells if `prepare` may send the attempt to another place. It then runs even if the circuit is open or the key is
   * cooling down.
   */
  mayMove?(): boolean;
  /** Releases the resources of an answer that no caller will read: its body stream, its socket. */
  discard(result: Outcome): void;
  /** Set if the client itself ends an attempt when the call's signal fires. Attempts are not raced against it then. */
  readonly endsOnAbort?: boolean | undefined;
  /**
   * Set if an attempt is one request and nothing else. A refused connection then proves that nothing was sent, whereas
   * a user's function may have done anything before it failed.
   */
  readonly oneRequestPerAttempt?: boolean | undefined;
  /**
   * Returns the error that the caller gets in place of the call's own. Default: the same error. Used only by
   * `executeUnchecked`.
   */
  endError?(error: unknown, call: CallOptions): unknown;
  /** Ends the waits of these calls when the policy is detached from their client. They go on without it. */
  readonly releaser?: Releaser | undefined;
}

/** Destination of an attempt: a key, or a URL from which the policy's `keyOf` makes a key. */
export type Place = Pick<CallOptions, 'key' | 'method' | 'url'>;

/** An attempt that is being prepared. */
export interface PreparationContext {
  /** From 1. */
  readonly attempt: number;
  readonly idempotencyKey: string | undefined;
  /** Aborts when the caller cancels, and when the preparation or the call has run out of time. */
  readonly signal: AbortSignal;
}

/** Options of one call. */
export interface CallOptions {
  /** Selects the breaker, budget and cool-down of the call. Default: the policy's `keyOf`. */
  readonly key?: string | undefined;
  /** The HTTP method. A call without one counts as idempotent. */
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /**
   * True: repeating the call is safe. False: it never is. Undefined: the method decides. A function is called with each
   * failed attempt that is worth a retry, and decides for that outcome alone: a POST may be repeated after a 429 but
   * not after a 503.
   */
  readonly idempotent?: boolean | OutcomePredicate | undefined;
  /** A key of the caller's own, which every attempt carries. A call with one counts as idempotent. */
  readonly idempotencyKey?: string | undefined;
  /** Set if the request's body can be sent only once. */
  readonly oneShotBody?: boolean | undefined;
  /** Cancels the call at once, waits included. */
  readonly signal?: AbortSignal | undefined;
  readonly maxRetries?: number | undefined;
  /** Methods that may be repeated, in place of the policy's. They are compared without regard to case. */
  readonly methods?: readonly string[] | undefined;
  /** Statuses that are worth a retry, in place of the policy's. */
  readonly statuses?: readonly number[] | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  /**
   * The client's own timeout of an attempt in ms, if the adapter knows it. The call waits at most this long for a
   * cool-down that the answers to other calls began.
   */
  readonly clientTimeoutMs?: number | undefined;
  /**
   * Set if another library makes this call to repeat one that has failed. In mode `observe` the two are told apart from
   * two calls: see `observed.repeats` of the snapshot, and `repeats` of the event `call`. Default false.
   */
  readonly repeats?: boolean | undefined;
  readonly mode?: Mode | undefined;
  /**
   * `rethrow`: the last attempt's own error or answer. `wrap`: a `RetryExhaustedError` around it. Default `rethrow`.
   */
  readonly exhausted?: 'rethrow' | 'wrap' | undefined;
}

/** Throws unless the options of a call are valid. `path` names them in the message. */
export function checkCall(path: string, call: CallOptions): void {
  plainObject(path, call);
  let check = checkers.get(path);
  if (check === undefined) {
    check = fieldChecker(path, callChecks);
    checkers.set(path, check);
  }
  check(call);
}

/** The checkers by path, kept since they run for every call. */
const checkers = new Map<string, (call: object) => void>();

export function callTimeouts(call: CallOptions | undefined, base: CallTimeouts): CallTimeouts {
  return resolveTimeouts('timeouts', call?.timeouts, base);
}
