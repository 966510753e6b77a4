/**
 * Remembers the globals as they are and returns a function that puts them back. A test that fails half-way may have
 * taken some away.
 */
export function rememberGlobals(): () => void {
  const known = Object.getOwnPropertyDescriptors(globalThis) as unknown as Record<string, PropertyDescriptor>;
  return () => {
    for (const [name, descriptor] of Object.entries(known)) {
      const now = Object.getOwnPropertyDescriptor(globalThis, name);
      if (descriptor.configurable && (now === undefined || isOther(now, descriptor))) {
        Object.defineProperty(globalThis, name, descriptor);
      }
    }
  };
}

function isOther(one: PropertyDescriptor, other: PropertyDescriptor): boolean {
  return one.value !== other.value || one.get !== other.get;
}
