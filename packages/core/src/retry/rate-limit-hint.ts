import type { HeaderRecord } from '../outcome/outcome.js';
import { peek } from '../untrusted/safe-read.js';

/**
 * Returns how long a caller with an exhausted quota has to wait for the next one, in ms. Undefined if the headers name
 * no exhausted quota, or no end of it. Never throws.
 *
 * Reads `RateLimit` as a structured field (`"default";r=0;t=30`) and as a list (`limit=100, remaining=0, reset=30`),
 * the pair `RateLimit-Remaining` and `RateLimit-Reset`, and `X-RateLimit-Remaining` with `X-RateLimit-Reset` (also
 * `X-Rate-Limit-`). A reset above 1e9 is an instant in seconds since 1970, one above 1e12 in milliseconds. Of several
 * exhausted quotas the one that lasts longest counts.
 *
 * @param headers - by lower-cased name
 * @param serverNowMs - the server's time, in ms since 1970
 * @see draft-ietf-httpapi-ratelimit-headers, versions 02 to 10
 */
export function rateLimitHint(headers: HeaderRecord, serverNowMs: number): number | undefined {
  const structured = textOf(headers, 'ratelimit');
  const waits = structured === undefined ? [] : structuredWaits(structured, serverNowMs);
  if (waits.length > 0) return Math.max(...waits);
  for (const prefix of PREFIXES) {
    const remaining = numberIn(textOf(headers, `${prefix}remaining`));
    const reset = numberIn(textOf(headers, `${prefix}reset`));
    if (remaining === 0 && reset !== undefined) return waitUntil(reset, serverNowMs);
  }
  return undefined;
}

const PREFIXES = ['ratelimit-', 'x-ratelimit-', 'x-rate-limit-'];

/** Longest header that is read. Those of 429s are short. */
const MAX_LENGTH = 4_096;

function textOf(headers: HeaderRecord, name: string): string | undefined {
  const text = peek(headers, name);
  return typeof text === 'string' && text.length <= MAX_LENGTH ? text : undefined;
}

/** Returns the waits of the exhausted quotas among the members of a `RateLimit` field. */
function structuredWaits(field: string, serverNowMs: number): number[] {
  const isList = /(?:^|[,;\s])remaining\s*=/i.test(field);
  const quotas = isList ? [field.replaceAll(',', ';')] : field.split(',');
  const waits: number[] = [];
  for (const quota of quotas) {
    const remaining = parameterIn(quota, isList ? 'remaining' : 'r');
    const reset = parameterIn(quota, isList ? 'reset' : 't');
    if (remaining === 0 && reset !== undefined) waits.push(waitUntil(reset, serverNowMs));
  }
  return waits;
}

function parameterIn(quota: string, name: string): number | undefined {
  for (const parameter of quota.split(';')) {
    const [key = '', value] = parameter.split('=');
    if (key.trim().toLowerCase() === name) return numberIn(value);
  }
  return undefined;
}

const NUMBER = /^[ \t]*([0-9]{1,16}(?:\.[0-9]{1,9})?)[ \t]*$/;

function numberIn(text: string | undefined): number | undefined {
  const digits = text === undefined ? undefined : NUMBER.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function waitUntil(reset: number, serverNowMs: number): number {
  if (reset > 1e12) return Math.max(0, reset - serverNowMs);
  return reset > 1e9 ? Math.max(0, reset * 1_000 - serverNowMs) : reset * 1_000;
}
