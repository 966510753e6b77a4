/**
 * Returns a value as an error's message shows it: short, and without what is in it, which may be a password.
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${value.length} characters`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Promise) return 'a promise: await it first';
  if (Array.isArray(value)) return 'an array';
  const made = (value as { constructor?: unknown }).constructor;
  const name = typeof made === 'function' && made !== Object ? made.name : '';
  return name === '' ? 'an object' : `an object of the class ${name}`;
}
