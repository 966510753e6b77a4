import { expect, it } from '@jest/globals';
import { errorOutcome } from './outcome.js';
import { isStaleSocket } from './stale-socket.js';
import { healthOf, verdictOf } from './verdict.js';

const ended = (more: object, code = 'ECONNRESET'): Error =>
  Object.assign(new Error('socket hang up'), { code, ...more });

it.each([
  ['a request of Node', { request: { reusedSocket: true } }],
  ['a request of follow-redirects', { request: { _currentRequest: { reusedSocket: true, res: null } } }],
  ['a request of got', { request: { _request: { reusedSocket: true } } }],
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
  ['a new socket', ended({ request: { reusedSocket: false } })],
  ['no request', ended({})],
  ['another failure', ended({ request: { reusedSocket: true } }, 'ETIMEDOUT')],
  ['an answer that had begun', ended({ request: { reusedSocket: true, res: {} } })],
  ['an error with an answer', ended({ request: { reusedSocket: true }, response: { status: 200 } })],
  ['a request that cannot be read', Object.defineProperty(ended({}), 'request', { get: () => raise() })],
  ['no error', undefined],
])('%s is no stale socket', (_, error) => {
  expect(isStaleSocket(error)).toBe(false);
});

it('is worth a retry, and says nothing about the health of the server', () => {
  const outcome = errorOutcome(ended({ request: { reusedSocket: true } }));
  expect(verdictOf(outcome, new Set())).toBe('transient');
  expect(healthOf(outcome)).toBe('neither');
});
