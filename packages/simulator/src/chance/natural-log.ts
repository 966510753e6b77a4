/**
 * Returns the natural logarithm of a number > 0, computed only by additions, multiplications and divisions. Those are
 * exact to the bit on every host, unlike `Math.log`: the same seed gives the same simulation everywhere.
 */
export function naturalLog(value: number): number {
  if (!(value > 0 && value < INFINITE)) {
    throw new RangeError(`value must be a finite number > 0, got ${value}`);
  }
  let exponent = 0;
  let mantissa = value;
  for (; mantissa > SQRT2; mantissa /= 2) exponent += 1;
  for (; mantissa < HALF_SQRT2; mantissa *= 2) exponent -= 1;
  // ln(m) = 2 artanh((m - 1) / (m + 1)); |x| < 0.172 here, so that eleven terms reach the last bits.
  const x = (mantissa - 1) / (mantissa + 1);
  const square = x * x;
  let sum = 0;
  for (const weight of WEIGHTS) sum = sum * square + weight;
  return exponent * LN2 + 2 * x * sum;
}

const { LN2, SQRT2 } = Math;
const HALF_SQRT2 = SQRT2 / 2;
const INFINITE = Number.POSITIVE_INFINITY;
const TERMS = 11;
/** Weights of the terms, from the last to the first. */
const WEIGHTS = Array.from({ length: TERMS + 1 }, (_, index) => 1 / (2 * (TERMS - index) + 1));
