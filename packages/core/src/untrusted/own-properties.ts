/**
 * Returns a copy of an object's own properties, each read once. Nothing comes from `Object.prototype`, and no getter
 * can return another value later.
 */
export function own<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}

/**
 * Does the same for objects that every call reads: returns the object itself if `Object.prototype` has no enumerable
 * properties.
 */
export function withoutPollution<T extends object>(options: T): T {
  const prototype: unknown = Object.getPrototypeOf(options);
  const inheritsNothing = prototype === null || (prototype === Object.prototype && !isPolluted());
  return inheritsNothing ? options : own(options);
}

const NOTHING = {};

function isPolluted(): boolean {
  for (const _name in NOTHING) return true;
  return false;
}
