import { abortable, type LateHandlers, type LinkedAbort, linkedAbort } from '../host/abort.js';
import type { Clock, Timer } from '../host/clock.js';
import type { Mode } from '../options/mode.js';
import { AttemptTimeoutError, DeadlineExceededError } from '../outcome/errors.js';
import type { Session } from '../session/session.js';

/** What a function run by `execute` is told of its attempt. */
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

  /** What the policy does with this call: under `observe` an attempt must be what it would be without a policy. */
  get mode(): Mode {
    return this.#session.mode;
  }

  /** The same on every attempt of a call; undefined where it carries none. */
  get idempotencyKey(): string | undefined {
    return this.#session.idempotencyKey;
  }

  /** Aborts when the caller cancels, and when the attempt or the call has run out of time. */
  get signal(): AbortSignal {
    this.#signal ??= new AbortController().signal;
    return this.#signal;
  }

  /** What is left of the deadline, in ms; undefined where there is none. */
  get remainingMs(): number | undefined {
    return this.#session.remainingMs();
  }
}

/** The part of a session that its attempts are told of. */
type AttemptSession = Pick<Session, 'mode' | 'idempotencyKey' | 'remainingMs'>;

/** A function that makes one attempt. */
export type AttemptFunction<T> = (context: AttemptContext) => T | PromiseLike<T>;

/** How an attempt ended. `deadline` and `cancelled` are the call's end, not an answer; `reason` is what to throw for them. */
export type AttemptEnd<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'thrown'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly reason: unknown }
  | { readonly kind: 'deadline'; readonly reason: unknown };

/** The signals and timers around one call's attempts: the caller's cancel, the deadline, each attempt's own limit. */
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

  /** Runs one attempt and ends with it at the latest when the caller cancels or time is up, whatever `fn` does then. */
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

  /** The call is over: no timer and no listener is left. */
  dispose(): void {
    this.#deadlineTimer?.cancel();
    this.#abort.unlink();
  }

  #endingOf<T>(error: unknown, own: AbortSignal): AttemptEnd<T> {
    const { signal } = this.#abort;
    if (!signal.aborted) return { kind: 'thrown', error: own.aborted ? own.reason : error };
    const reason: unknown = signal.reason;
    return { kind: reason === this.#deadline ? 'deadline' : 'cancelled', reason };
  }
}
