/** Contents of a window at one moment. */
export interface WindowCounts {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** Recent outcomes, in constant memory. Time is an argument: no clock is read and no timer is set here. */
export interface OutcomeWindow extends WindowCounts {
  /** Forgets outcomes that are too old at `nowMs`. The counts are right only after this (or after `record`). */
  expire(nowMs: number): void;
  /** Counts an outcome. */
  record(nowMs: number, failed: boolean, slow: boolean): void;
  /** Forgets all outcomes. */
  clear(): void;
}

const SLICES = 10;

/**
 * Counts over a span of time, in ten slices of equal length that begin with the first outcome after idleness. An
 * outcome older than the span is never counted; one may be forgotten up to a tenth of it early.
 */
export abstract class SlicedWindow implements OutcomeWindow {
  calls = 0;
  slow = 0;
  #sliceStartMs = 0;
  /**
   * Undefined as long as no counted outcome has failed and all belong to one slice, as for a rarely used key.
   */
  #slices: number[] | undefined = undefined;

  /** The span, in ms. Each key has such windows, so it is stored only if nothing else of the object tells it. */
  protected abstract get ms(): number;

  /** Tells if an outcome of now belongs to the current slice. */
  protected isCurrent(nowMs: number): boolean {
    return (nowMs - this.#sliceStartMs) * SLICES < this.ms;
  }

  get failures(): number {
    return this.#slices?.[FAILURES] ?? 0;
  }

  /** Forgets outcomes that are too old. */
  expire(nowMs: number): void {
    if (this.calls === 0 || this.isCurrent(nowMs)) return;
    const sliceMs = this.ms / SLICES;
    const passed = Math.floor((nowMs - this.#sliceStartMs) / sliceMs);
    if (passed >= SLICES) {
      this.clear();
      return;
    }
    // Outcomes of a single slice leave the window together.
    if (this.#slices === undefined) return;
    for (let step = 0; step < passed; step += 1) {
      const oldest = goToOldest(this.#slices);
      this.calls -= take(this.#slices, oldest);
      this.#slices[FAILURES] = this.failures - take(this.#slices, oldest + 1);
      this.slow -= take(this.#slices, oldest + 2);
    }
    this.#sliceStartMs += passed * sliceMs;
    if (this.calls === 0) this.clear();
  }

  /** Counts an outcome. */
  record(nowMs: number, failed: boolean, slow: boolean): void {
    this.expire(nowMs);
    // A whole number takes no memory of its own. An outcome counted a moment early is forgotten a moment early.
    if (this.calls === 0) this.#sliceStartMs = Math.floor(nowMs);
    if (this.#slices === undefined && !this.isCurrent(nowMs)) {
      this.#slices = slicesWith(this);
      this.expire(nowMs);
    }
    if (failed) this.#slices ??= slicesWith(this);
    if (this.#slices !== undefined) countIn(this.#slices, failed, slow);
    this.calls += 1;
    if (slow) this.slow += 1;
  }

  /** Forgets all outcomes. */
  clear(): void {
    this.calls = 0;
    this.slow = 0;
    this.#slices = undefined;
  }
}

/** Counts over the last `ms` milliseconds. */
export class TimeWindow extends SlicedWindow {
  protected override readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }
}

// All slices of a window are in one array, and what belongs together is side by side: with many keys, each object and
// each line of memory that a call reads takes longer than the counting.

/** Index of the place of the current slice. */
const CURRENT = 0;
/** Index of the failures in all slices. */
const FAILURES = 1;
/** Place of the first slice: its calls, then its failures and its slow calls. */
const FIRST = 2;
const FIELDS = 3;
const END = FIRST + SLICES * FIELDS;

/** Returns slices of which the current one has all calls so far, without failures. */
function slicesWith({ calls, slow }: Pick<WindowCounts, 'calls' | 'slow'>): number[] {
  const slices = new Array<number>(END).fill(0);
  slices[CURRENT] = FIRST;
  slices[FIRST] = calls;
  slices[FIRST + 2] = slow;
  return slices;
}

function countIn(slices: number[], failed: boolean, slow: boolean): void {
  const current = slices[CURRENT] ?? FIRST;
  increment(slices, current);
  if (failed) {
    increment(slices, current + 1);
    increment(slices, FAILURES);
  }
  if (slow) increment(slices, current + 2);
}

/** Makes the oldest slice the current one, and returns its place. */
function goToOldest(slices: number[]): number {
  const next = (slices[CURRENT] ?? FIRST) + FIELDS;
  const oldest = next === END ? FIRST : next;
  slices[CURRENT] = oldest;
  return oldest;
}

function increment(slices: number[], index: number): void {
  slices[index] = (slices[index] ?? 0) + 1;
}

function take(slices: number[], index: number): number {
  const count = slices[index] ?? 0;
  slices[index] = 0;
  return count;
}

const FAILED = 1;
const SLOW = 2;

/** Counts over the last `size` outcomes, however long ago they were. */
export class CountWindow implements OutcomeWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #size: number;
  #marks: Uint8Array | undefined;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Does nothing, since outcomes do not grow old by time. */
  expire(): void {}

  /** Counts an outcome. */
  record(_nowMs: number, failed: boolean, slow: boolean): void {
    this.#marks ??= new Uint8Array(this.#size);
    if (this.calls === this.#size) this.#forget(this.#marks[this.#next] ?? 0);
    this.#marks[this.#next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.#next = (this.#next + 1) % this.#size;
    this.calls += 1;
    if (failed) this.failures += 1;
    if (slow) this.slow += 1;
  }

  /** Forgets all outcomes. */
  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slow = 0;
    this.#marks = undefined;
    this.#next = 0;
  }

  #forget(mark: number): void {
    this.calls -= 1;
    if ((mark & FAILED) !== 0) this.failures -= 1;
    if ((mark & SLOW) !== 0) this.slow -= 1;
  }
}
