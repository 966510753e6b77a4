import type { Releaser } from '../host/releaser.js';
import { callChecks } from '../options/call-checks.js';
import type { OutcomePredicate } from '../options/call-info.js';
import { fieldChecker, plainObject } from '../options/checks.js';
import type { Mode } from '../options/mode.js';
import { type CallTimeouts, resolveTimeouts, type TimeoutOptions } from '../options/timeout-options.js';
import type { Outcome } from '../outcome/outcome.js';

/** How an adapter reads what its client's attempts end with. */
export interface ClientTraits {
  /** What a value that an attempt ended with means. */
  outcomeOf(value: unknown): Outcome;
  /** What an error that an attempt ended with means. */
  outcomeOfError(error: unknown): Outcome;
  /**
   * Prepares the next attempt, before that has a permit: it may make calls under the same key. It has as long as an attempt has. If it
   * ends the call by the call's own signal, no attempt is made. Any other rejection is the failure of an attempt. Runs only where the
   * call is enforced.
   */
  prepare?(context: PreparationContext): PromiseLike<Place | undefined>;
  /**
   * Returns the status of a value that is an answer; undefined for any other value. Optional: for a good answer it spares `outcomeOf`,
   * which must return the same status, with the value itself as the response.
   */
  statusOf?(value: unknown): number | undefined;
  /**
   * Goes on with an attempt that has failed in a way that the policy need not know of, such as on a kept-alive connection that the
   * server had closed. Undefined: the attempt has failed.
   */
  again?(error: unknown, call: CallOptions): PromiseLike<unknown> | undefined;
  /** Tells if `prepare` may send the attempt to another place. It then runs also if the circuit is open or the key is cooling down. */
  mayMove?(): boolean;
  /** Frees what an answer that nobody will read holds: its body stream, its socket. */
  discard(result: Outcome): void;
  /** The client itself ends an attempt when the call's signal fires, and with an error of its own: there is no need to race the two. */
  readonly endsOnAbort?: boolean | undefined;
  /**
   * An attempt is one request and nothing else, so a refused connection proves that nothing was sent. A function of the user's may
   * have done anything before it failed.
   */
  readonly oneRequestPerAttempt?: boolean | undefined;
  /** Returns the error that the caller gets for one that the call ends with. Default: that error. Only `executeUnchecked` asks for it. */
  endError?(error: unknown, call: CallOptions): unknown;
  /** Ends the waits of these calls when what drives them is taken off its client. They go on without the policy. */
  readonly releaser?: Releaser | undefined;
}

/** Where an attempt is sent to: a key, or a URL that the policy's `keyOf` makes a key of. */
export type Place = Pick<CallOptions, 'key' | 'method' | 'url'>;

/** The attempt that is prepared. */
export interface PreparationContext {
  /** From 1. */
  readonly attempt: number;
  readonly idempotencyKey: string | undefined;
  /** Aborts when the caller cancels, and when the preparation or the call has run out of time. */
  readonly signal: AbortSignal;
}

/** What may be said of one call. */
export interface CallOptions {
  /** Which breaker, budget and cool-down it belongs to. Default: the policy's `keyOf`. */
  readonly key?: string | undefined;
  /** The HTTP method. A call without one counts as idempotent. */
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /**
   * True: repeating it is safe. False: it never is. Undefined: the method decides. A function is called with each failed attempt
   * that is worth a retry and answers for that outcome alone: a POST may be repeated after a 429 and not after a 503.
   */
  readonly idempotent?: boolean | OutcomePredicate | undefined;
  /** A key of the caller's own, kept on every attempt. A call that carries one counts as idempotent. */
  readonly idempotencyKey?: string | undefined;
  /** The request's body can be sent once only. */
  readonly oneShotBody?: boolean | undefined;
  /** The caller's cancel: ends the call at once, waits included. */
  readonly signal?: AbortSignal | undefined;
  readonly maxRetries?: number | undefined;
  /** Methods that may be repeated, in place of the policy's; compared without regard to case. */
  readonly methods?: readonly string[] | undefined;
  /** Statuses that are worth a retry, in place of the policy's. */
  readonly statuses?: readonly number[] | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  /**
   * How long the client itself would let an attempt take, in ms, if the adapter knows it. The call waits no longer than this for
   * a cool-down that other calls' answers began.
   */
  readonly clientTimeoutMs?: number | undefined;
  readonly mode?: Mode | undefined;
  /** `rethrow`: the last attempt's own error or answer. `wrap`: a `RetryExhaustedError` around it. Default `rethrow`. */
  readonly exhausted?: 'rethrow' | 'wrap' | undefined;
}

/** Throws unless the options of a call are as they must be; `path` names them. */
export function checkCall(path: string, call: CallOptions): void {
  plainObject(path, call);
  let check = checkers.get(path);
  if (check === undefined) {
    check = fieldChecker(path, callChecks);
    checkers.set(path, check);
  }
  check(call);
}

/** By the few paths that there are: this runs for every call. */
const checkers = new Map<string, (call: object) => void>();

export function callTimeouts(call: CallOptions | undefined, base: CallTimeouts): CallTimeouts {
  return resolveTimeouts('timeouts', call?.timeouts, base);
}
