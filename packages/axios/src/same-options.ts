/**
 * Tells if two values of options are equal: plain objects and arrays by their contents, everything else, such as a
 * function, a store or a clock, by identity.
 */
export function sameOptions(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isPlain(one) || !isPlain(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const [names, otherNames] = [Object.keys(one), Object.keys(other)];
  return (
    names.length === otherNames.length && names.every((name) => name in other && sameOptions(one[name], other[name]))
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Returns a copy of the options, which later changes do not affect. */
export function copyOfOptions<T>(value: T): T {
  if (!isPlain(value)) return value;
  if (Array.isArray(value)) return value.map(copyOfOptions) as T;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOfOptions(inner)])) as T;
}
