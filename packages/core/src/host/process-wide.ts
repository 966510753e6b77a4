/**
 * Returns a value of which the process has one, even if both the ESM and the CommonJS build of this package are loaded.
 * `name` must change whenever the value's shape does.
 */
export function processWide<T>(name: string, create: () => T): T {
  const slot = Symbol.for(`breakwater.${name}`);
  const holder = globalThis as { [slot: symbol]: unknown };
  if (holder[slot] === undefined) {
    Object.defineProperty(holder, slot, { value: create(), configurable: true });
  }
  return holder[slot] as T;
}
