import { type Clock, MAX_TIMER_MS, type Timer } from '../host/clock.js';

/** Start of a {@link ManualClock}. */
export interface ManualClockOptions {
  /**
   * First value of `now()`.
   *
   * @default 0
   */
  readonly startMs?: number | undefined;
  /**
   * First value of `wallNow()`, in milliseconds since 1970.
   *
   * @default 1767225600000 (2026-01-01T00:00:00Z)
   */
  readonly wallMs?: number | undefined;
}

/**
 * A clock that stands still until a test moves it.
 *
 * Timers run in the order in which they are due, and timers due at the same moment in the order in which they were set.
 * Between two of them, all code that waits for promises runs until it waits for the clock, for input or output, or for
 * ever. As on a host, a timer is due at once if its delay is negative, not a number or above 2^31 - 1 ms.
 *
 * It needs the host's own `setImmediate`: load it before a test runner installs fake timers, or do without those.
 *
 * @example
 * ```ts
 * const clock = new ManualClock();
 * const policy = createPolicy({ clock, random: seededRandom(1) });
 * const call = policy.execute(scripted([{ status: 503 }, { status: 200 }]));
 * await clock.runAll();
 * await call;
 * ```
 */
export class ManualClock implements Clock {
  #nowMs: number;
  #wallMs: number;
  /** In the order in which they will run. */
  readonly #timers: ManualTimer[] = [];

  constructor(options: ManualClockOptions = {}) {
    this.#nowMs = options.startMs ?? 0;
    this.#wallMs = options.wallMs ?? 1_767_225_600_000;
  }

  /** Number of timers that are set. There should be none once all calls have ended. */
  get pending(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Returns the wall-clock time, which moves along with `now()`. */
  wallNow(): number {
    return this.#wallMs;
  }

  /** Makes the wall clock jump, as if a user had set it. `now()` and the timers do not change. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  schedule(task: () => void, delayMs: number): Timer {
    const isHonoured = delayMs >= 0 && delayMs <= MAX_TIMER_MS;
    const timer: ManualTimer = { task, dueMs: this.#nowMs + (isHonoured ? delayMs : 0) };
    const later = this.#timers.findIndex(({ dueMs }) => dueMs > timer.dueMs);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
    return { cancel: () => this.#remove(timer) };
  }

  /**
   * Lets `ms` milliseconds pass: runs every timer that becomes due meanwhile, including those set on the way.
   * `advance(0)` runs what is due now. Settles before, between and after.
   *
   * @throws RangeError (the promise rejects) if `ms` is negative or not finite
   * @throws the error of a timer's task (the promise rejects); time then stands still at that timer
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`ms must be a finite number >= 0, got ${ms}`);
    }
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (let timer = this.#timers[0]; timer !== undefined && timer.dueMs <= endMs; timer = this.#timers[0]) {
      await this.#run(timer);
    }
    this.#moveTo(endMs);
  }

  /**
   * Moves from timer to timer, however far apart they are, until none is set.
   *
   * @param limit - how many timers to run at most
   * @throws RangeError (the promise rejects) if timers remain after `limit` of them: some code sets them for ever
   * @throws the error of a timer's task (the promise rejects)
   */
  async runAll(limit = 1_000): Promise<void> {
    await this.settle();
    let ran = 0;
    for (let timer = this.#timers[0]; timer !== undefined; timer = this.#timers[0]) {
      if (ran >= limit) throw new RangeError(`limit: ${this.pending} timers are left after running ${limit}`);
      ran += 1;
      await this.#run(timer);
    }
  }

  /** Runs all code that waits for promises as far as it can go without the clock. No time passes. */
  async settle(): Promise<void> {
    for (let round = 0; round < SETTLE_ROUNDS; round += 1) await macrotask();
  }

  async #run(timer: ManualTimer): Promise<void> {
    this.#remove(timer);
    this.#moveTo(timer.dueMs);
    timer.task();
    await this.settle();
  }

  /** Moves the time, but never back: during the wait of one `advance`, the code under test may have called another. */
  #moveTo(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#nowMs);
    this.#nowMs += passedMs;
    this.#wallMs += passedMs;
  }

  #remove(timer: ManualTimer): void {
    const index = this.#timers.indexOf(timer);
    if (index !== -1) this.#timers.splice(index, 1);
  }
}

interface ManualTimer {
  readonly task: () => void;
  readonly dueMs: number;
}

/**
 * Rounds of macrotasks. A host empties its queue of microtasks before the next macrotask, so one round settles chains
 * of promises of any length. The others are for code that uses macrotasks itself: mocks and streams with
 * `setImmediate`.
 */
const SETTLE_ROUNDS = 10;

/** Taken when this module loads, before a test runner can replace them with fakes. */
const { setImmediate, MessageChannel, setTimeout }: HostTasks = globalThis;

/** Ways to wait for a macrotask. Only the last exists everywhere, and it takes a millisecond. */
interface HostTasks {
  readonly setImmediate?: (task: () => void) => unknown;
  readonly MessageChannel?: new () => Channel;
  readonly setTimeout: (task: () => void, delayMs: number) => unknown;
}

interface Channel {
  readonly port1: { onmessage?: unknown; close(): void };
  readonly port2: { postMessage(message: unknown): void };
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else if (MessageChannel !== undefined) postThrough(new MessageChannel(), resolve);
    else setTimeout(resolve, 0);
  });
}

/** Runs a task by way of a message, then closes the ports, which would keep the process alive. */
function postThrough({ port1, port2 }: Channel, task: () => void): void {
  port1.onmessage = () => {
    port1.close();
    task();
  };
  port2.postMessage(undefined);
}
