import { expect, it } from '@jest/globals';
import { errorOutcome } from './outcome.js';
import { isStaleSocket } from './stale-socket.js';
import { healthOf, verdictOf } from './verdict.js';

/** A request of Node's over HTTP/1. */
const reused = { reusedSocket: true, shouldKeepAlive: true, res: null };

const ended = (more: object, code = 'ECONNRESET'): Error =>
  Object.assign(new Error('socket hang up'), { code, ...more });

it.each([
  ['a request of Node', { request: reused }],
  ['a request of follow-redirects', { request: { _currentRequest: reused } }],
  ['a request of got', { request: { _request: reused } }],
])('%s that ended on a used socket found it stale', (_, more) => {
  for (const code of ['ECONNRESET', 'EPIPE']) {
    expect(isStaleSocket(ended(more, code))).toBe(true);
    expect(isStaleSocket(new Error('wrapped', { cause: ended(more, code) }))).toBe(true);
  }
});

function raise(): never {
  throw new Error('no');
}

it.each([
  ['a new socket', ended({ request: { ...reused, reusedSocket: false } })],
  ['a stream of an HTTP/2 session', ended({ request: { reusedSocket: true, res: null } })],
  ['no request', ended({})],
  ['another failure', ended({ request: reused }, 'ETIMEDOUT')],
  ['an answer that had begun', ended({ request: { ...reused, res: {} } })],
  ['an error with an answer', ended({ request: reused, response: { status: 200 } })],
  ['a request that cannot be read', Object.defineProperty(ended({}), 'request', { get: () => raise() })],
  ['no error', undefined],
])('%s is not a stale socket', (_, error) => {
  expect(isStaleSocket(error)).toBe(false);
});

it('is worth a retry, and proves nothing about the health of the server', () => {
  const outcome = errorOutcome(ended({ request: reused }));
  expect(verdictOf(outcome, new Set())).toBe('transient');
  expect(healthOf(outcome)).toBe('neither');
});
