import { isObject, peek, peekList } from '../untrusted/safe-read.js';
import { codeOf, ownCode } from './error-code.js';
import { kindOfError } from './error-kind.js';
import { type ErrorKind, isTelling, kindOf } from './network-codes.js';
import type { Outcome, ResponseOutcome } from './outcome.js';
import { isTunnelAnswer } from './proxy-tunnel.js';
import { isStaleSocket } from './stale-socket.js';

/** Classification of an attempt's outcome. */
export type Verdict = 'success' | 'transient' | 'throttled' | 'permanent' | 'cancelled';

/**
 * The default verdict. `statuses` are those worth another try; any other of 400 and more is `permanent`.
 * An error is `transient` when a code on it or further in shows a network failure or a timeout, else `permanent`.
 * Never `cancelled`: that a caller gave up shows on its signal, not on the error.
 */
export function verdictOf(result: Outcome, statuses: ReadonlySet<number>): Verdict {
  switch (result.kind) {
    case 'value':
      return 'success';
    case 'response':
      if (statuses.has(result.status)) return result.status === 429 ? 'throttled' : 'transient';
      return result.status < 400 ? 'success' : 'permanent';
    case 'error':
      return ERROR_VERDICTS[kindOfError(result)];
  }
}

/**
 * Returns what a result proves about the server's health by default. A 5xx or a 408, a network failure and a timeout
 * are failures. Any other answer shows that the server is alive, except a 429, which asks for less load. An error of
 * unknown kind proves nothing, nor does an error of this library or a stale kept-alive connection.
 */
export function healthOf(result: Outcome): 'failure' | 'success' | 'neither' {
  switch (result.kind) {
    case 'value':
      return 'success';
    case 'response':
      if (result.status >= 500 || result.status === 408) return 'failure';
      // A proxy's 407 or 403 says nothing about the server.
      if (result.status >= 400 && isTunnelAnswer(result.response)) return 'neither';
      return result.status === 429 ? 'neither' : 'success';
    case 'error':
      return isStaleSocket(result.error) ? 'neither' : ERROR_HEALTH[kindOfError(result)];
  }
}

/**
 * Tells if the result proves that the server has not begun with the request, so that even one that is not idempotent
 * may be sent again: there was no connection, or its TLS handshake was not over, or HTTP/2 reports that the stream was
 * refused unseen (RFC 9113 §8.7), or a proxy opened no tunnel. Of several errors (happy eyeballs), each has to prove
 * it. After a redirect nothing is proven, if the client shows that there was one (axios over Node's http, got).
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

/** axios's answers name Node's request, which names that of follow-redirects; got's name its own. */
function requestOf({ response }: ResponseOutcome): unknown {
  const request = peek(response, 'request');
  return peek(request, '_redirectable') ?? request;
}

const ERROR_VERDICTS: Readonly<Record<ErrorKind, Verdict>> = {
  unreached: 'transient',
  lost: 'transient',
  starved: 'transient',
  untrusted: 'permanent',
  throttled: 'throttled',
  contended: 'transient',
  broken: 'permanent',
  answered: 'permanent',
  final: 'permanent',
};

const ERROR_HEALTH: Readonly<Record<ErrorKind, 'failure' | 'success' | 'neither'>> = {
  unreached: 'failure',
  lost: 'failure',
  starved: 'neither',
  untrusted: 'neither',
  throttled: 'neither',
  contended: 'success',
  broken: 'failure',
  answered: 'success',
  final: 'neither',
};

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
  // Wrappers copy the code of their cause, which alone knows the system call.
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
  // got's timeouts tell their phase.
  const event = peek(error, 'event');
  return event === 'lookup' || event === 'connect' || peek(error, 'message') === BEFORE_TLS;
}

/** `bind` is for a local address of one's own. */
const CONNECT_CALLS: ReadonlySet<unknown> = new Set(['getaddrinfo', 'bind', 'connect']);

/** Node's ECONNRESET for a connection that ends within the TLS handshake. */
const BEFORE_TLS = 'Client network socket disconnected before secure TLS connection was established';

function wasRefusedUnseen(error: object): boolean {
  const message = peek(error, 'message');
  return typeof message === 'string' && message.includes('NGHTTP2_REFUSED_STREAM');
}

/** follow-redirects, which axios uses, counts; got lists. The first leg was sent, whatever became of the last. */
function wasRedirected(error: object): boolean {
  const request = peek(error, 'request');
  const count = peek(request, '_redirectCount');
  return (typeof count === 'number' && count > 0) || peekList(request, 'redirectUrls', 1).length > 0;
}
