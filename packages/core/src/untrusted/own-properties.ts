/**
 * What an object itself says, read once: nothing that somebody has put on `Object.prototype`, and nothing that a getter may
 * say differently the next time.
 */
export function own<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}

/** The same, for what is asked of every call: the object itself, where nobody has put anything on `Object.prototype`. */
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
