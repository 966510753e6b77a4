/**
 * Durations in classes of 1 % width, so that percentiles of any number of calls take the same memory. The longest and
 * the mean are exact.
 */
export class LatencyHistogram {
  readonly #classes: number[] = [];
  #count = 0;
  #sumMs = 0;
  #longestMs = 0;

  get count(): number {
    return this.#count;
  }

  get longestMs(): number {
    return this.#longestMs;
  }

  get meanMs(): number {
    return this.#count === 0 ? 0 : this.#sumMs / this.#count;
  }

  /** Counts one duration. */
  add(ms: number): void {
    const index = classOf(ms);
    while (this.#classes.length <= index) this.#classes.push(0);
    this.#classes[index] = (this.#classes[index] ?? 0) + 1;
    this.#count += 1;
    this.#sumMs += ms;
    if (ms > this.#longestMs) this.#longestMs = ms;
  }

  /** Counts all durations of another histogram. */
  addAll(other: LatencyHistogram): void {
    for (const [index, count] of other.#classes.entries()) {
      while (this.#classes.length <= index) this.#classes.push(0);
      this.#classes[index] = (this.#classes[index] ?? 0) + count;
    }
    this.#count += other.#count;
    this.#sumMs += other.#sumMs;
    this.#longestMs = Math.max(this.#longestMs, other.#longestMs);
  }

  /** Returns the upper bound of the class that contains the quantile in 0..1; 0 without any duration. */
  quantileMs(quantile: number): number {
    let left = Math.ceil(quantile * this.#count);
    if (left === 0) return 0;
    for (const [index, count] of this.#classes.entries()) {
      left -= count;
      if (left <= 0) return Math.min(this.#longestMs, upperMs(index));
    }
    return this.#longestMs;
  }
}

/**
 * Number of classes per octave. They have equal width within an octave, 1/64 of its lower bound, so that no logarithm
 * is needed.
 */
const PER_OCTAVE = 64;
/** 2^-4 ms: shorter durations are in the first class. */
const SHORTEST_MS = 1 / 16;

function classOf(ms: number): number {
  if (!(ms > SHORTEST_MS)) return 0;
  let octave = 0;
  let base = SHORTEST_MS;
  for (; ms > base * 2; base *= 2) octave += 1;
  return octave * PER_OCTAVE + Math.ceil((ms / base - 1) * PER_OCTAVE);
}

function upperMs(index: number): number {
  const octave = Math.floor((index - 1) / PER_OCTAVE);
  if (index === 0) return SHORTEST_MS;
  return SHORTEST_MS * 2 ** octave * (1 + (index - octave * PER_OCTAVE) / PER_OCTAVE);
}
