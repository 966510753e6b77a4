import type { Background } from '../commands/background.js';

/** After this many polls without a call, a key sleeps until the next one. */
const QUIET_POLLS = 5;

/** Pace at which a key talks to Redis. */
export interface SyncPace {
  /** Least time between two round trips if there are failures to report. */
  readonly syncMs: number;
  /** Least time between two round trips otherwise. */
  readonly pollMs: number;
}

/** Work that is done at that pace. */
export interface Syncer {
  /** One round trip. Never rejects. */
  sync(): Promise<void>;
  /** Tells if polls must go on even without calls. */
  mustKeepPolling(): boolean;
  /** Called when round trips end until the next call: the data will be out of date by then. */
  asleep(): void;
}

/** Calls wake it, time paces it, silence ends it: one round trip at a time, however many calls there are. */
export class SyncLoop {
  readonly #background: Background;
  readonly #pace: SyncPace;
  readonly #syncer: Syncer;
  #called = false;
  #urgent = false;
  #quietPolls = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #dueMs = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(background: Background, pace: SyncPace, syncer: Syncer) {
    this.#background = background;
    this.#pace = pace;
    this.#syncer = syncer;
  }

  /** There has been a call. `urgent`: one that the others should know of. On the way of every attempt. */
  noteCall(urgent: boolean): void {
    if (this.#called && (this.#urgent || !urgent)) return;
    this.#called = true;
    this.#urgent ||= urgent;
    this.wake();
  }

  /** Makes sure that the loop goes on, at its pace. */
  wake(): void {
    if (this.#running !== undefined || this.#stopped) return;
    const nowMs = this.#background.now();
    const dueMs = Math.max(nowMs, this.#lastMs + (this.#urgent ? this.#pace.syncMs : this.#pace.pollMs));
    if (dueMs >= this.#dueMs) return;
    this.#cancel?.();
    this.#dueMs = dueMs;
    this.#cancel = this.#background.later(() => void this.run(), dueMs - nowMs);
  }

  /** A round trip now, or the one under way. */
  run(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#running ??= this.#runOnce();
    return this.#running;
  }

  stop(): void {
    this.#stopped = true;
    this.#unschedule();
  }

  async #runOnce(): Promise<void> {
    const nowMs = this.#background.now();
    // Timers are late: counted from when it was due, the pace does not depend on how busy the process is.
    this.#lastMs = nowMs - this.#dueMs < this.#pace.syncMs ? Math.min(this.#dueMs, nowMs) : nowMs;
    this.#unschedule();
    this.#quietPolls = this.#called ? 0 : this.#quietPolls + 1;
    this.#called = false;
    this.#urgent = false;
    await this.#syncer.sync();
    this.#running = undefined;
    if (this.#called || this.#quietPolls < QUIET_POLLS || this.#syncer.mustKeepPolling()) this.wake();
    else this.#syncer.asleep();
  }

  #unschedule(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }
}
