import { abortable, abortReason, type LateHandlers, type LinkedAbort, linkedAbort } from '../host/abort.js';
import type { Clock, Timer } from '../host/clock.js';
import type { Mode } from '../options/mode.js';
import { AttemptTimeoutError, DeadlineExceededError } from '../outcome/errors.js';
import type { Session } from '../session/session.js';

/** One attempt, as seen by the function that makes it. */
export class AttemptContext {
  /** From 1. */
  readonly attempt: number;
  readonly #session: AttemptSession;
  #signal: AbortSignal | undefined;

  constructor(session: AttemptSession, attempt: number, signal: AbortSignal | undefined) {
    this.attempt = attempt;
    this.#session = session;
    this.#signal = signal;
  }

  /** The mode of this call. In mode `observe` an attempt must be the same as without a policy. */
  get mode(): Mode {
    return this.#session.mode;
  }

  /** The idempotency key of the call, the same for every attempt. Undefined if there is none. */
  get idempotencyKey(): string | undefined {
    return this.#session.idempotencyKey;
  }

  /** Aborts when the caller cancels, and when the attempt or the call has run out of time. */
  get signal(): AbortSignal {
    this.#signal ??= new AbortController().signal;
    return this.#signal;
  }

  /** The rest of the time until the deadline, in ms. Undefined if there is none. */
  get remainingMs(): number | undefined {
    return this.#session.remainingMs();
  }
}

/** The part of a session that its attempts see. */
type AttemptSession = Pick<Session, 'mode' | 'idempotencyKey' | 'remainingMs'>;

/** A function that makes one attempt. */
export type AttemptFunction<T> = (context: AttemptContext) => T | PromiseLike<T>;

/** The end of an attempt. `deadline` and `cancelled` are not answers: the call ends, and throws `reason`. */
export type AttemptEnd<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'thrown'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly reason: unknown }
  | { readonly kind: 'deadline'; readonly reason: unknown };

/** Signals and timers around one call's attempts: the caller's cancel, the deadline, the limit of each attempt. */
export class CallGuard {
  readonly #clock: Clock;
  readonly #session: Session;
  readonly #abort: LinkedAbort;
  readonly #deadline: DeadlineExceededError | undefined;
  readonly #deadlineTimer: Timer | undefined;

  constructor(clock: Clock, session: Session, signal: AbortSignal | undefined) {
    this.#clock = clock;
    this.#session = session;
    this.#abort = linkedAbort(signal);
    const { totalMs } = session.timeouts;
    if (totalMs === undefined) return;
    const deadline = new DeadlineExceededError(session.key, totalMs);
    this.#deadline = deadline;
    this.#deadlineTimer = clock.schedule(() => this.#abort.abort(deadline), totalMs);
  }

  /** Runs one attempt. It ends at the latest when the caller cancels or time is up, even if `fn` is still running. */
  async run<T>(fn: AttemptFunction<T>, attempt: number, late: LateHandlers<T>): Promise<AttemptEnd<T>> {
    const { attemptMs } = this.#session.timeouts;
    const own = linkedAbort(this.#abort.signal);
    let timer: Timer | undefined;
    try {
      if (attemptMs !== undefined) {
        const timeout = new AttemptTimeoutError(this.#session.key, attemptMs);
        timer = this.#clock.schedule(() => own.abort(timeout), attemptMs);
      }
      const pending = Promise.resolve(fn(new AttemptContext(this.#session, attempt, own.signal)));
      return { kind: 'value', value: await abortable(pending, own.signal, late) };
    } catch (error) {
      return this.#endingOf(error, own.signal);
    } finally {
      timer?.cancel();
      own.unlink();
    }
  }

  /** Cancels all timers and removes all listeners, since the call is over. */
  dispose(): void {
    this.#deadlineTimer?.cancel();
    this.#abort.unlink();
  }

  #endingOf<T>(error: unknown, own: AbortSignal): AttemptEnd<T> {
    const { signal } = this.#abort;
    if (!signal.aborted) return { kind: 'thrown', error: own.aborted ? abortReason(own) : error };
    const reason = abortReason(signal);
    return { kind: reason === this.#deadline ? 'deadline' : 'cancelled', reason };
  }
}
