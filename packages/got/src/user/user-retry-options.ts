import type { GotOptions, GotRetry } from '../got-types.js';

/** What a user of got has set about retries. */
export interface UserRetry {
  readonly maxRetries: number | undefined;
  readonly methods: readonly string[] | undefined;
  readonly statuses: readonly number[] | undefined;
}

/**
 * Tells the user's options from got's own. got 12 to 14 keep the options as they were given; after that, a user who sets what
 * got sets anyway looks the same as one who sets nothing.
 */
export function userRetry(options: GotOptions): UserRetry {
  const { limit, methods, statusCodes } = options.retry;
  const hasSet = (name: keyof GotRetry, isDefault: boolean): boolean => !isDefault || wasGiven(options, name);
  const isDefaultMethods = METHODS_OF_GOT.some((known) => sameMembers(known, methods));
  return {
    maxRetries: hasSet('limit', limit === DEFAULT_LIMIT) ? wholeNumber(limit) : undefined,
    methods: hasSet('methods', isDefaultMethods) ? methods : undefined,
    statuses: hasSet('statusCodes', sameMembers(STATUSES_OF_GOT, statusCodes))
      ? statusCodes.filter(isStatus)
      : undefined,
  };
}

const DEFAULT_LIMIT = 2;
const METHODS_BEFORE_16 = ['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'];
const METHODS_OF_GOT = [METHODS_BEFORE_16, [...METHODS_BEFORE_16, 'QUERY']];
const STATUSES_OF_GOT = [408, 413, 429, 500, 502, 503, 504, 521, 522, 524];

/** Tells whether an option stands in any of the objects that were merged for this request: an instance's, or its own. */
function wasGiven({ _init: given }: GotOptions, name: keyof GotRetry): boolean {
  return Array.isArray(given) && given.some((options: unknown) => ownOf(ownOf(options, 'retry'), name) !== undefined);
}

/** A property of the object itself: nothing that stands on `Object.prototype` was given by the user. */
function ownOf(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, name)) return undefined;
  return (object as Record<string, unknown>)[name];
}

function sameMembers<T>(known: readonly T[], given: readonly T[]): boolean {
  return known.length === given.length && known.every((member) => given.includes(member));
}

/** got accepts any number as a limit, `Infinity` included. */
function wholeNumber(limit: number): number {
  return limit > 0 ? Math.min(Math.floor(limit), Number.MAX_SAFE_INTEGER) : 0;
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 599;
}
