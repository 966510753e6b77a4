import type { Policy, StopReason, Timer } from '@breakwater/core';
import type { Session } from '@breakwater/core/adapter';
import type { GotOptions } from '../got-types.js';
import type { AttemptPlace } from './attempt-place.js';
import { AttemptTracker } from './attempt-tracker.js';
import type { SentKey } from './begin-session.js';
import type { CallEndSignal } from './call-end-signal.js';

/** A call from its first `beforeRequest` to its end: its attempts, and the resources to release when it is over. */
export class CallRun {
  readonly attempts: AttemptTracker;
  /**
   * `retrying` lasts from the last `beforeRetry` until the next attempt's first `beforeRequest`: the end of a request
   * is not that of the call then.
   */
  step: 'attempting' | 'retrying' | 'over' = 'attempting';
  sentKey: SentKey | undefined;
  deadline: Timer | undefined;
  /** Number of kept-alive connections that turned out to be closed by the server. */
  staleSockets = 0;
  /** The body of the latest attempt. */
  sentBody: unknown;
  readonly place: AttemptPlace;
  /** The options of got's latest request. */
  options: GotOptions;
  readonly #end: CallEndSignal;
  #dueMs = 0;
  #offRelease: (() => void) | undefined;
  /** The caller's signal, and the listener that follows it. */
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  constructor(policy: Policy, session: Session, end: CallEndSignal, options: GotOptions, place: AttemptPlace) {
    this.place = place;
    this.attempts = new AttemptTracker(session, policy.settings.clock);
    this.#end = end;
    this.options = options;
  }

  /** Records that got waits for a retry until `dueMs`. */
  waitBegan(dueMs: number, onRelease: () => void): void {
    this.#dueMs = dueMs;
    this.#offRelease = this.session.onRelease(onRelease);
  }

  waitEnded(): void {
    this.#offRelease?.();
    this.#offRelease = undefined;
  }

  /** Returns the time: that of got's timer if the clock has stood still. */
  dueMs(nowMs: number): number {
    return Math.max(nowMs, this.#dueMs);
  }

  get session(): Session {
    return this.attempts.session;
  }

  /** Follows the caller's signal, which may differ from attempt to attempt. */
  followSignal({ signal }: GotOptions, onAbort: () => void): void {
    if (signal === this.#signal) return;
    this.#unfollowSignal();
    if (signal === undefined) return;
    if (signal.aborted) {
      onAbort();
      return;
    }
    this.#signal = signal;
    this.#onAbort = onAbort;
    signal.addEventListener('abort', onAbort);
  }

  /** Ends the call: its session, its waits, its timers and listeners. */
  end(stopReason: StopReason): void {
    this.waitEnded();
    this.step = 'over';
    // A timeout set by the caller counts against the server; a cancel does not.
    this.#end.abort(this.options.signal?.reason);
    this.deadline?.cancel();
    this.#unfollowSignal();
    this.attempts.end(stopReason);
  }

  #unfollowSignal(): void {
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#signal = undefined;
    this.#onAbort = undefined;
  }
}
