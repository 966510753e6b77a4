import type { ErrorKind } from './error-kind.js';
import { isGenericInNode, nodeCodeKind } from './node-codes.js';

/** Returns the meaning of a code; `final` for an unknown one. */
export function kindOf(code: string | undefined): ErrorKind {
  return (code === undefined ? undefined : knownKind(code)) ?? 'final';
}

/** Tells if a code names what happened: a known one, and not one of the generic ones. */
export function isTelling(code: string): boolean {
  return knownKind(code) !== undefined && !GENERIC.has(code) && !isGenericInNode(code);
}

/** Tells if a code is known, telling or generic. */
export function isKnown(code: string): boolean {
  return knownKind(code) !== undefined;
}

function knownKind(code: string): ErrorKind | undefined {
  return KINDS.get(code) ?? nodeCodeKind(code);
}

/** Names of errors without a code, or with a number as code, which are as telling as a code. */
export const TELLING_NAMES: ReadonlySet<string> = new Set([
  'TimeoutError', // AbortSignal.timeout, ky, p-timeout
  'AbortError',
  'NetworkError', // DOMException
  'HTTPParserError', // undici, where llhttp gives no code
]);

const ABORT_CODES = ['ABORT_ERR', 'AbortError', 'ERR_ABORTED', 'ERR_CANCELED'];

/** Known codes that count only if no cause has a more telling one. */
const GENERIC: ReadonlySet<string> = new Set([
  // axios
  'ERR_NETWORK',
  'ERR_BAD_RESPONSE',
  'ERR_BAD_REQUEST',
  // An abort's cause is its reason: often a timeout
  ...ABORT_CODES,
]);

/**
 * Codes of the web and of this library, and those of Node that clients and mocks for browsers give their errors, too.
 */
const KINDS: ReadonlyMap<string, ErrorKind> = new Map([
  ...all('unreached', ['ECONNREFUSED', 'ENOTFOUND']),
  ...all('lost', [
    'ECONNRESET',
    'EPIPE',
    // axios, of which ECONNABORTED is a timeout
    'ECONNABORTED',
    'ETIMEDOUT',
    'ERR_NETWORK',
    // The web's
    'NetworkError',
    'TimeoutError',
    // Ours
    'ERR_ATTEMPT_TIMEOUT',
    'ERR_DEADLINE_EXCEEDED',
  ]),
  ...all('final', [
    // Refusals by an inner policy. What tripped a circuit may be their cause, and is not what happened here
    'ERR_CIRCUIT_OPEN',
    'ERR_COOL_DOWN',
    'ERR_LIMITED',
    // URLs that cannot be requested, and endless redirects
    'ERR_INVALID_URL',
    'ERR_TOO_MANY_REDIRECTS',
    'ERR_UNSUPPORTED_PROTOCOL',
    // axios: an invalid answer or request; a network error has a more telling code or cause
    'ERR_BAD_REQUEST',
    'ERR_BAD_RESPONSE',
    // An abort that did not come from the caller
    ...ABORT_CODES,
  ]),
]);

function all(kind: ErrorKind, codes: readonly string[]): [string, ErrorKind][] {
  return codes.map((code) => [code, kind]);
}
