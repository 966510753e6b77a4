import { policyOfClient } from './client-policy.js';
import type { ModuleExports } from './load-module.js';
import { isObject, membersOf } from './members.js';

/**
 * Returns the time limit of an attempt by the axios and got instances among a module's exports, in ms. Undefined if
 * they have none, or different ones. Prefers instances with the policy to those without one.
 */
export function exportedTimeout(exports: ModuleExports, policy: unknown): number | undefined {
  const own = Object.values(exports);
  const values = [...new Set([...own, ...own.filter(isPlain).flatMap((value) => Object.values(membersOf(value)))])];
  const guarded = values.filter((value) => policyOfClient(value) === policy);
  const clients = guarded.some((value) => limitOf(value).length > 0)
    ? guarded
    : values.filter((value) => policyOfClient(value) === undefined);
  const limits = new Set(clients.flatMap(limitOf));
  const [limit] = limits;
  return limits.size === 1 && typeof limit === 'number' ? limit : undefined;
}

/** Returns the limit of a client in a list, `none` if it has no limit; an empty list if the value is not a client. */
function limitOf(value: unknown): (number | 'none')[] {
  const { defaults, interceptors } = membersOf(value, ['defaults', 'interceptors']);
  const { options, timeout, headers } = membersOf(defaults, ['options', 'timeout', 'headers']);
  if (isObject(interceptors) && isObject(headers)) return [limit(timeout)];
  if (typeof value === 'function' && isObject(options))
    return [limit(membersOf(membersOf(options, ['timeout']).timeout, ['request']).request)];
  return [];
}

/** Returns a limit. In axios, zero means no limit. */
function limit(value: unknown): number | 'none' {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 'none';
}

function isPlain(value: unknown): value is ModuleExports {
  return Object.prototype.toString.call(value) === '[object Object]';
}
