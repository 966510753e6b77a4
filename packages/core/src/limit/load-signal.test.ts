import { expect, it } from '@jest/globals';
import { networkError } from '../../test/policy-fixture.js';
import { AttemptTimeoutError, DeadlineExceededError } from '../outcome/errors.js';
import { outcomeOf, outcomeOfError } from '../outcome/outcome.js';
import { loadSignalOf } from './load-signal.js';

it.each([429, 503])('reads a %d as a request that was pushed away', (status) => {
  expect(loadSignalOf(outcomeOf({ status, headers: {} }))).toBe('shed');
});

it.each([200, 204, 304, 400, 404, 408, 425, 500, 502, 504, 599])(
  'takes any other answer for an answer: %d',
  (status) => {
    expect(loadSignalOf(outcomeOf({ status, headers: {} }))).toBe('answered');
  },
);

it.each([
  ['a value', 'text'],
  ['nothing', undefined],
  ['an object', { rows: [] }],
])('reads %s as an answer', (_what, value) => {
  expect(loadSignalOf(outcomeOf(value))).toBe('answered');
});

it('reads an answer that came as an error', () => {
  const answered = (status: number) => Object.assign(new Error('answered'), { response: { status, headers: {} } });
  expect([503, 500].map((status) => loadSignalOf(outcomeOfError(answered(status))))).toEqual(['shed', 'answered']);
});

it.each([
  ['a socket that timed out', networkError('ETIMEDOUT')],
  ["axios's own timeout", networkError('ECONNABORTED')],
  ['an old one', networkError('ESOCKETTIMEDOUT')],
  ['AbortSignal.timeout', new DOMException('too long', 'TimeoutError')],
  ['undici waiting for headers', networkError('UND_ERR_HEADERS_TIMEOUT')],
  ['undici waiting for a body', networkError('UND_ERR_BODY_TIMEOUT')],
  ['undici waiting for a connection', networkError('UND_ERR_CONNECT_TIMEOUT')],
  ['our own limit for an attempt', new AttemptTimeoutError('k', 10)],
  ['our own deadline', new DeadlineExceededError('k', 10)],
])('recognises a timeout: %s', (_what, error) => {
  expect(loadSignalOf(outcomeOfError(error))).toBe('timed-out');
});

it.each([
  ['nobody listening', networkError('ECONNREFUSED')],
  ['a process that has ended', networkError('ECONNRESET')],
  ['a connection that has broken', networkError('EPIPE')],
  ['no such name', networkError('ENOTFOUND')],
  ['a certificate', networkError('CERT_HAS_EXPIRED')],
  ['a cancel', new DOMException('stopped', 'AbortError')],
  ["a programmer's error", new TypeError('x is not a function')],
  ['something that is no error', 'failed'],
  ['nothing at all', undefined],
])('reads no information about the load from %s', (_what, error) => {
  expect(loadSignalOf(outcomeOfError(error))).toBe('none');
});
