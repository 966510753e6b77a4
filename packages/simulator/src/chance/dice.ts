// Reading a global is slow in the sandboxes of test runners.
const { imul } = Math;

/**
 * A source of random numbers that returns the same numbers for the same seed: mulberry32 over a mixed seed. Good enough
 * for simulations, but not for secrets.
 *
 * Each attempt of a simulation has its own dice, named by client, call and attempt. So two policies in the same
 * scenario meet the same random events, and differ only in their reaction.
 */
export class Dice {
  #state: number;

  /** @param names - integers, of which the lower 32 bits count */
  constructor(...names: readonly number[]) {
    this.#state = mixedSeed(...names);
  }

  /** Returns a number that is uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** Returns one seed made of several numbers. Neighbouring numbers give unrelated seeds. */
export function mixedSeed(...names: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const name of names) state = mixed(state ^ (name | 0));
  return state;
}

/** Applies the finalizer of MurmurHash3, after a step that separates neighbours. */
function mixed(value: number): number {
  let bits = (value + 0x9e3779b9) | 0;
  bits = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
