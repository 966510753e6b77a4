/**
 * Reads properties of an object or function that a module exports: the named ones, or all own enumerable ones. Other
 * values have none, and a getter that throws has no value.
 */
export function membersOf(value: unknown, names?: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isObject(value)) return {};
  const read = (name: string): unknown => {
    try {
      return Reflect.get(value, name);
    } catch {
      return undefined;
    }
  };
  return Object.fromEntries((names ?? Object.keys(value)).map((name) => [name, read(name)]));
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
