import type { CallOptions } from '@breakwater/core';
import type { GotOptions, GotRetry } from '../got-types.js';

/** A got user's own retry options, as options of a call. */
export type UserRetry = Pick<CallOptions, 'maxRetries' | 'methods' | 'statuses'>;

/**
 * Finds the user's retry options as opposed to got's defaults. got 12 to 14 keep the options as given. In later
 * releases a user who sets got's own default looks the same as one who sets nothing. Undefined if the user has set
 * nothing.
 */
export function userRetry(options: GotOptions): UserRetry | undefined {
  const { limit, methods, statusCodes } = options.retry;
  const given = givenRetries(options);
  const hasSet = (name: keyof GotRetry): boolean => given?.some((retry) => ownOf(retry, name) !== undefined) ?? false;
  const hasLimit = limit !== DEFAULT_LIMIT || hasSet('limit');
  const hasMethods = !isOneOf(METHODS_OF_GOT, methods) || hasSet('methods');
  const hasStatuses = !isOneOf(STATUSES_OF_GOT, statusCodes) || hasSet('statusCodes');
  if (!hasLimit && !hasMethods && !hasStatuses) return undefined;
  return {
    ...(hasLimit && { maxRetries: wholeNumber(limit) }),
    ...(hasMethods && { methods }),
    ...(hasStatuses && { statuses: statusCodes.filter(isStatus) }),
  };
}

const DEFAULT_LIMIT = 2;
const METHODS_BEFORE_16 = ['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'];
const METHODS_OF_GOT = [METHODS_BEFORE_16, [...METHODS_BEFORE_16, 'QUERY']];
const STATUSES_OF_GOT = [[408, 413, 429, 500, 502, 503, 504, 521, 522, 524]];

/**
 * Returns the retry options in the objects that were merged for this request: the instance's and its own. Undefined if
 * there are none.
 */
function givenRetries({ _init: given }: GotOptions): object[] | undefined {
  if (!Array.isArray(given)) return undefined;
  let retries: object[] | undefined;
  for (const options of given as unknown[]) {
    const retry = ownOf(options, 'retry');
    if (typeof retry !== 'object' || retry === null) continue;
    retries ??= [];
    retries.push(retry);
  }
  return retries;
}

/** Returns an own property of the object: a property of `Object.prototype` was not given by the user. */
function ownOf(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, name)) return undefined;
  return (object as Record<string, unknown>)[name];
}

/**
 * Tells if a list has the members of one of the known lists, in any order. Nearly always it is one of those lists
 * itself.
 */
function isOneOf<T>(known: readonly (readonly T[])[], list: readonly T[]): boolean {
  for (const members of known) {
    if (members.length !== list.length) continue;
    let equal = 0;
    while (equal < list.length && members[equal] === list[equal]) equal += 1;
    if (equal === list.length || members.every((member) => list.includes(member))) return true;
  }
  return false;
}

/** Returns a whole number for a limit, for which got accepts any number, including `Infinity`. */
function wholeNumber(limit: number): number {
  return limit > 0 ? Math.min(Math.floor(limit), Number.MAX_SAFE_INTEGER) : 0;
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 599;
}
