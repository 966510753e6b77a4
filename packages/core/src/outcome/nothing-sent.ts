import { isObject, peek, peekList } from '../untrusted/safe-read.js';
import { codeOf, ownCode } from './error-code.js';
import type { ErrorKind } from './error-kind.js';
import { isTelling, kindOf } from './network-codes.js';
import type { Outcome, ResponseOutcome } from './outcome.js';
import { isTunnelAnswer } from './proxy-tunnel.js';

// A bundle for browsers has `browser-errors.ts` in place of this file.

/**
 * Tells if the result proves that the server has not begun with the request, so that it may be sent again even if it is
 * not idempotent. There was no connection, or its TLS handshake was not over, or HTTP/2 reports that the stream was
 * refused unseen (RFC 9113 §8.7), or a proxy opened no tunnel. If there are several errors (happy eyeballs), each has
 * to prove it. After a redirect nothing is proven, as far as the client shows redirects (axios over Node's http, got).
 */
export function nothingSent(result: Outcome): boolean {
  switch (result.kind) {
    case 'value':
      return false;
    case 'response':
      return isTunnelAnswer(result.response) && !wasRedirected({ request: requestOf(result) });
    case 'error':
      return provesNothingSent(result.error, 0);
  }
}

/** Returns the request behind an answer. axios names Node's request, or that of follow-redirects; got names its own. */
function requestOf({ response }: ResponseOutcome): unknown {
  const request = peek(response, 'request');
  return peek(request, '_redirectable') ?? request;
}

const MAX_DEPTH = 8;
const MAX_MEMBERS = 32;

function provesNothingSent(error: unknown, depth: number): boolean {
  if (!isObject(error) || depth > MAX_DEPTH || wasRedirected(error)) return false;
  const members = peekList(error, 'errors', MAX_MEMBERS + 1);
  if (members.length > MAX_MEMBERS) return false;
  if (members.length > 0) return members.every((member) => provesNothingSent(member, depth + 1));
  const code = ownCode(error);
  const cause = peek(error, 'cause');
  const causeCode = codeOf(cause);
  // Wrappers copy the code of their cause, which alone names the system call.
  if (causeCode !== undefined && (causeCode === code || code === undefined || !isTelling(code))) {
    return provesNothingSent(cause, depth + 1);
  }
  return failedBeforeSending(error, kindOf(code));
}

function failedBeforeSending(error: object, kind: ErrorKind): boolean {
  switch (kind) {
    case 'unreached':
    case 'untrusted':
      return true;
    case 'lost':
    case 'starved':
      return failedToConnect(error) || wasRefusedUnseen(error);
    case 'throttled':
    case 'contended':
    case 'broken':
    case 'answered':
    case 'final':
      return false;
  }
}

function failedToConnect(error: object): boolean {
  if (CONNECT_CALLS.has(peek(error, 'syscall'))) return true;
  // got's timeouts name their phase.
  const event = peek(error, 'event');
  return event === 'lookup' || event === 'connect' || peek(error, 'message') === BEFORE_TLS;
}

/** System calls of connecting; `bind` binds to a local address that the caller has set. */
const CONNECT_CALLS: ReadonlySet<unknown> = new Set(['getaddrinfo', 'bind', 'connect']);

/** Message of Node's ECONNRESET for a connection that ends within the TLS handshake. */
const BEFORE_TLS = 'Client network socket disconnected before secure TLS connection was established';

function wasRefusedUnseen(error: object): boolean {
  const message = peek(error, 'message');
  return typeof message === 'string' && message.includes('NGHTTP2_REFUSED_STREAM');
}

/**
 * Tells if the request was redirected: follow-redirects, which axios uses, keeps a count, got a list. The first request
 * was sent then, whatever became of the last.
 */
function wasRedirected(error: object): boolean {
  const request = peek(error, 'request');
  const count = peek(request, '_redirectCount');
  return (typeof count === 'number' && count > 0) || peekList(request, 'redirectUrls', 1).length > 0;
}
