import type { ModuleExports } from './load-module.js';

/**
 * Returns the time limit of an attempt that the axios and got instances among a module's exports have, in milliseconds;
 * undefined if they have none, or not the same.
 */
export function exportedTimeout(exports: ModuleExports): number | undefined {
  const whole = exports.default;
  const values = new Set([...Object.values(exports), ...(isPlain(whole) ? Object.values(whole) : [])]);
  const limits = new Set([...values].flatMap(limitOf));
  const [limit] = limits;
  return limits.size === 1 && typeof limit === 'number' ? limit : undefined;
}

/** The limit of a client in a list, `none` if it has no limit; an empty list for what is no client. */
function limitOf(value: unknown): (number | 'none')[] {
  const { defaults, interceptors } = members(value);
  const { options, timeout, headers } = members(defaults);
  if (isObject(interceptors) && isObject(headers)) return [limit(timeout)];
  if (typeof value === 'function' && isObject(options)) return [limit(members(members(options).timeout).request)];
  return [];
}

/** Zero is no limit in axios. */
function limit(value: unknown): number | 'none' {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 'none';
}

/** Reads a property; one whose getter throws counts as missing. */
function members(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) return {};
  const read = (name: string): unknown => {
    try {
      return Reflect.get(value, name);
    } catch {
      return undefined;
    }
  };
  const names = ['defaults', 'interceptors', 'options', 'timeout', 'headers', 'request'];
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isPlain(value: unknown): value is ModuleExports {
  return typeof value === 'object' && value !== null;
}
