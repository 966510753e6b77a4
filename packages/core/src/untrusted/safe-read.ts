export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Reads a property of an untrusted value: undefined if there is none, or if reading it throws. */
export function peek(source: unknown, name: string): unknown {
  if (!isObject(source)) return undefined;
  try {
    return (source as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** Reads the first `most` entries of a property that is an array; none if it is not an array or cannot be read. */
export function peekList(source: unknown, name: string, most: number): readonly unknown[] {
  const list = peek(source, name);
  try {
    return Array.isArray(list) ? Array.from({ length: Math.min(list.length, most) }, (_, index) => list[index]) : [];
  } catch {
    return [];
  }
}
