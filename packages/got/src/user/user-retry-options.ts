import type { GotRetry } from '../got-types.js';

/** What a user of got has said about retries, where it differs from what got says by itself. */
export interface UserRetry {
  readonly maxRetries: number | undefined;
  readonly methods: readonly string[] | undefined;
  readonly statuses: readonly number[] | undefined;
}

/** Tells the user's word from got's own. Who sets exactly what got sets anyway cannot be told from who sets nothing. */
export function userRetry({ limit, methods, statusCodes }: GotRetry): UserRetry {
  return {
    maxRetries: limit === DEFAULT_LIMIT ? undefined : wholeNumber(limit),
    methods: METHODS_OF_GOT.some((known) => sameMembers(known, methods)) ? undefined : methods,
    statuses: sameMembers(STATUSES_OF_GOT, statusCodes) ? undefined : statusCodes.filter(isStatus),
  };
}

const DEFAULT_LIMIT = 2;
const METHODS_BEFORE_16 = ['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'];
const METHODS_OF_GOT = [METHODS_BEFORE_16, [...METHODS_BEFORE_16, 'QUERY']];
const STATUSES_OF_GOT = [408, 413, 429, 500, 502, 503, 504, 521, 522, 524];

function sameMembers<T>(known: readonly T[], given: readonly T[]): boolean {
  return known.length === given.length && known.every((member) => given.includes(member));
}

/** got takes any number for a limit, `Infinity` too. */
function wholeNumber(limit: number): number {
  return limit > 0 ? Math.min(Math.floor(limit), Number.MAX_SAFE_INTEGER) : 0;
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 599;
}
