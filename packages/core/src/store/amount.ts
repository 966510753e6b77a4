/** Tells if a store has returned a number that can be one of something: not negative, finite. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}
