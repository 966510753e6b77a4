/**
 * The natural logarithm of a number > 0, from additions, multiplications and divisions alone. Those are exact to the bit
 * on every host, which `Math.log` is not: the same seed gives the same simulation everywhere.
 */
export function naturalLog(value: number): number {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`value must be a finite number > 0, got ${value}`);
  }
  let exponent = 0;
  let mantissa = value;
  for (; mantissa > Math.SQRT2; mantissa /= 2) exponent += 1;
  for (; mantissa < Math.SQRT2 / 2; mantissa *= 2) exponent -= 1;
  // ln(m) = 2 artanh((m - 1) / (m + 1)); |x| < 0.172 here, so that eleven terms reach the last bits.
  const x = (mantissa - 1) / (mantissa + 1);
  const square = x * x;
  let sum = 0;
  for (let term = TERMS; term >= 0; term -= 1) sum = sum * square + 1 / (2 * term + 1);
  return exponent * Math.LN2 + 2 * x * sum;
}

const TERMS = 11;
