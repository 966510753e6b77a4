/**
 * Returns a copy of an object's own properties, each read once: nothing from `Object.prototype`, and nothing that a
 * getter may answer differently the next time.
 */
export function own<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}

/** The same, for objects that every call reads: the object itself if nothing is on `Object.prototype`. */
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
