/**
 * Returns a replacement for `Math.random` with the same numbers in every run: mulberry32. Good enough for tests and
 * simulations, but not for secrets.
 *
 * @param seed - an integer, of which the lower 32 bits count
 * @returns a function that returns numbers uniform in [0, 1)
 * @throws RangeError if `seed` is not an integer: 0.1 and 0.2 would give the same numbers
 * @see Tommy Ettinger's {@link https://gist.github.com/tommyettinger/46a874533244883189143505d203312c | mulberry32}
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be an integer, got ${seed}`);
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
