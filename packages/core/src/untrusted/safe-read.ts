export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A property of something that nobody vouches for: undefined where there is none, or where reading it throws. */
export function peek(source: unknown, name: string): unknown {
  if (!isObject(source)) return undefined;
  try {
    return (source as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** The first `most` entries of a property that is an array; none where it is something else, or cannot be read. */
export function peekList(source: unknown, name: string, most: number): readonly unknown[] {
  const list = peek(source, name);
  try {
    return Array.isArray(list) ? Array.from({ length: Math.min(list.length, most) }, (_, index) => list[index]) : [];
  } catch {
    return [];
  }
}
