import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileValues } from '../../test/hostile.js';
import { AttemptTimeoutError, CircuitOpenError, CoolDownError, DeadlineExceededError, LimitedError } from './errors.js';
import { nothingSent } from './nothing-sent.js';
import { errorOutcome, responseOutcome, valueOutcome } from './outcome.js';
import { healthOf, type Verdict, verdictOf } from './verdict.js';

const STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

const response = (status: number) => responseOutcome({ status, headers: {}, response: {} });
const coded = (code: string, more: object = {}) => Object.assign(new Error('failed'), { code, ...more });
const connect = (code: string) => coded(code, { syscall: 'connect' });

describe('verdictOf', () => {
  it.each<[number, Verdict]>([
    [101, 'success'],
    [200, 'success'],
    [204, 'success'],
    [304, 'success'],
    [400, 'permanent'],
    [401, 'permanent'],
    [404, 'permanent'],
    [408, 'transient'],
    [409, 'permanent'],
    [425, 'transient'],
    [429, 'throttled'],
    [500, 'transient'],
    [501, 'permanent'],
    [503, 'transient'],
    [505, 'permanent'],
    [524, 'transient'],
    [599, 'permanent'],
  ])('of an answer with %d is %s', (status, verdict) => {
    expect(verdictOf(response(status), STATUSES)).toBe(verdict);
  });

  it('depends on the given statuses', () => {
    expect(verdictOf(response(429), new Set())).toBe('permanent');
    expect(verdictOf(response(503), new Set([500]))).toBe('permanent');
    expect(verdictOf(response(404), new Set([404]))).toBe('transient');
    expect(verdictOf(response(202), new Set([202]))).toBe('transient');
  });

  it('of a value is success, whatever the value', () => {
    fc.assert(fc.property(fc.anything(), (value) => verdictOf(valueOutcome(value), STATUSES) === 'success'));
  });

  it('is one of four words for every status', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.uniqueArray(fc.integer({ min: 100, max: 599 })),
        (status, list) => {
          const verdict = verdictOf(response(status), new Set(list));
          const listed = list.includes(status);
          expect(verdict === 'transient' || verdict === 'throttled').toBe(listed);
          expect(verdict === 'throttled').toBe(listed && status === 429);
          if (!listed) expect(verdict).toBe(status < 400 ? 'success' : 'permanent');
        },
      ),
    );
  });
});

describe('failureOf', () => {
  it.each<[number, 'failure' | 'success' | 'neither']>([
    [200, 'success'],
    [304, 'success'],
    [400, 'success'],
    [401, 'success'],
    [404, 'success'],
    [408, 'failure'],
    [425, 'success'],
    [429, 'neither'],
    [500, 'failure'],
    [501, 'failure'],
    [503, 'failure'],
    [599, 'failure'],
  ])('of an answer with %d is %s', (status, expected) => {
    expect(healthOf(response(status))).toBe(expected);
  });

  it('of a value is success', () => {
    expect(healthOf(valueOutcome(undefined))).toBe('success');
  });
});

describe('an error', () => {
  it.each<[string, unknown, Verdict, 'failure' | 'neither', boolean]>([
    ['refused', coded('ECONNREFUSED'), 'transient', 'failure', true],
    ['no such host', coded('ENOTFOUND'), 'transient', 'failure', true],
    ['DNS down', coded('EAI_AGAIN'), 'transient', 'failure', true],
    ['no connection in time', coded('UND_ERR_CONNECT_TIMEOUT'), 'transient', 'failure', true],
    ['closed before connection', coded('ERR_SOCKET_CLOSED_BEFORE_CONNECTION'), 'transient', 'failure', true],
    ['unreachable, connecting', connect('EHOSTUNREACH'), 'transient', 'failure', true],
    ['unreachable, reading', coded('EHOSTUNREACH', { syscall: 'read' }), 'transient', 'failure', false],
    ['timed out, connecting', connect('ETIMEDOUT'), 'transient', 'failure', true],
    ['timed out, reading', coded('ETIMEDOUT', { syscall: 'read' }), 'transient', 'failure', false],
    ['timed out, nobody knows when', coded('ETIMEDOUT'), 'transient', 'failure', false],
    ["timed out in got's connect phase", coded('ETIMEDOUT', { event: 'connect' }), 'transient', 'failure', true],
    ["timed out in got's lookup phase", coded('ETIMEDOUT', { event: 'lookup' }), 'transient', 'failure', true],
    ["timed out in got's response phase", coded('ETIMEDOUT', { event: 'response' }), 'transient', 'failure', false],
    ['timed out in c-ares', coded('ETIMEOUT', { syscall: 'queryA' }), 'transient', 'failure', true],
    ['reset', coded('ECONNRESET', { syscall: 'read' }), 'transient', 'failure', false],
    ['reset, connecting', connect('ECONNRESET'), 'transient', 'failure', true],
    ['broken pipe', coded('EPIPE', { syscall: 'write' }), 'transient', 'failure', false],
    ['axios, timed out', coded('ECONNABORTED'), 'transient', 'failure', false],
    ['axios, no more known', coded('ERR_NETWORK'), 'transient', 'failure', false],
    ['undici, socket', coded('UND_ERR_SOCKET'), 'transient', 'failure', false],
    ['malformed HTTP', coded('HPE_INVALID_CONSTANT'), 'transient', 'failure', false],
    ['TLS gone wrong', coded('EPROTO', { syscall: 'write' }), 'transient', 'failure', false],
    ['web timeout', new DOMException('', 'TimeoutError'), 'transient', 'failure', false],
    ['our attempt timeout', new AttemptTimeoutError('k', 1), 'transient', 'failure', false],
    ['our deadline, further in', new DeadlineExceededError('k', 1), 'transient', 'failure', false],
    ['no port left', connect('EADDRNOTAVAIL'), 'transient', 'neither', true],
    ['local port taken', coded('EADDRINUSE', { syscall: 'bind' }), 'transient', 'neither', true],
    ['no descriptor for the look-up', coded('EMFILE', { syscall: 'getaddrinfo' }), 'transient', 'neither', true],
    ['no descriptor for the socket', connect('EMFILE'), 'transient', 'neither', true],
    ['no descriptor for a file', coded('EMFILE', { syscall: 'open' }), 'transient', 'neither', false],
    ['bad certificate', coded('CERT_HAS_EXPIRED'), 'permanent', 'neither', true],
    ['refused by a circuit', new CircuitOpenError('k', 1, coded('ECONNREFUSED')), 'permanent', 'neither', false],
    ['refused by a cool-down', new CoolDownError('k', 1), 'permanent', 'neither', false],
    ['refused by a limit', new LimitedError('k', 1), 'permanent', 'neither', false],
    ['an abort of unknown origin', new DOMException('', 'AbortError'), 'permanent', 'neither', false],
    ['axios, too many redirects', coded('ERR_FR_TOO_MANY_REDIRECTS'), 'permanent', 'neither', false],
    ['axios, bad request', coded('ERR_BAD_REQUEST'), 'permanent', 'neither', false],
    ['a code of no known kind', coded('E_BILLING'), 'permanent', 'neither', false],
    ['a code of no known kind, connecting', connect('EACCES'), 'permanent', 'neither', false],
    ['a programming error', new TypeError('x is not a function'), 'permanent', 'neither', false],
    ['a failed parse', new SyntaxError('Unexpected token'), 'permanent', 'neither', false],
    ['a string', 'ECONNREFUSED', 'permanent', 'neither', false],
    ['nothing', undefined, 'permanent', 'neither', false],
  ])('is judged: %s', (_what, error, verdict, failure, unsent) => {
    const result = errorOutcome(error);
    expect([verdictOf(result, STATUSES), healthOf(result), nothingSent(result)]).toEqual([verdict, failure, unsent]);
  });

  it('is a failure only if it is transient', () => {
    const codes = fc.constantFrom(
      'ECONNRESET',
      'EMFILE',
      'CERT_HAS_EXPIRED',
      'ERR_LIMITED',
      'E_X',
      'ENOTFOUND',
      'HPE_X',
    );
    fc.assert(
      fc.property(fc.oneof(codes, fc.string()), (code) => {
        const result = errorOutcome(coded(code));
        expect(healthOf(result)).not.toBe('success');
        if (healthOf(result) === 'failure') expect(verdictOf(result, new Set())).toBe('transient');
      }),
    );
  });

  it.each(hostileValues().map((error) => [error]))('is of unknown kind if it cannot be read: %#', (error) => {
    const result = errorOutcome(error);
    expect([verdictOf(result, STATUSES), healthOf(result), nothingSent(result)]).toEqual([
      'permanent',
      'neither',
      false,
    ]);
  });
});

describe('nothingSent', () => {
  const sure = connect('ECONNREFUSED');
  const unsure = coded('ECONNRESET');

  it.each<[string, unknown, boolean]>([
    ['fetch', new TypeError('fetch failed', { cause: sure }), true],
    ['fetch, reset', new TypeError('fetch failed', { cause: unsure }), false],
    ['happy eyeballs', new AggregateError([sure, connect('ENETUNREACH')]), true],
    ['happy eyeballs, one unsure', new AggregateError([sure, unsure]), false],
    ['happy eyeballs, one without a code', new AggregateError([sure, new Error('?')]), false],
    [
      'happy eyeballs, with a code of its own',
      Object.assign(new AggregateError([sure, unsure]), { code: 'ECONNREFUSED' }),
      false,
    ],
    ['a gathering of many', new AggregateError(Array.from({ length: 32 }, () => sure)), true],
    ['a gathering of too many to look at', new AggregateError(Array.from({ length: 33 }, () => sure)), false],
    ['a gathering of none', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), true],
    ['axios, which copies the code', coded('ETIMEDOUT', { cause: connect('ETIMEDOUT') }), true],
    ['axios, over happy eyeballs', coded('ECONNREFUSED', { cause: new AggregateError([sure, unsure]) }), false],
    ['axios, over fetch', coded('ERR_NETWORK', { cause: sure }), true],
    ['got, over an unsure cause', coded('ECONNRESET', { cause: unsure }), false],
    ['a wrapper of unknown kind', coded('E_BILLING', { cause: sure }), true],
    ['a timeout around a refused connection', coded('ETIMEDOUT', { cause: sure }), false],
    ['an exhausted call around one', coded('ERR_RETRY_EXHAUSTED', { cause: sure }), true],
    ['axios, after a redirect', coded('ECONNREFUSED', { request: { _redirectCount: 1 } }), false],
    ['axios, without one', coded('ECONNREFUSED', { request: { _redirectCount: 0 } }), true],
    ['got, after a redirect', coded('ECONNREFUSED', { request: { redirectUrls: [new URL('http://a')] } }), false],
    ['got, without one', coded('ECONNREFUSED', { request: { redirectUrls: [] } }), true],
    [
      'an error around one after a redirect',
      new Error('', { cause: coded('ENOTFOUND', { request: { _redirectCount: 2 } }) }),
      false,
    ],
    [
      'a TLS handshake that the server broke off',
      Object.assign(new Error('Client network socket disconnected before secure TLS connection was established'), {
        code: 'ECONNRESET',
      }),
      true,
    ],
    [
      'an HTTP/2 stream refused unseen',
      Object.assign(new Error('Stream closed with error code NGHTTP2_REFUSED_STREAM'), {
        code: 'ERR_HTTP2_STREAM_ERROR',
      }),
      true,
    ],
    [
      'any other HTTP/2 stream error',
      Object.assign(new Error('Stream closed with error code NGHTTP2_CANCEL'), { code: 'ERR_HTTP2_STREAM_ERROR' }),
      false,
    ],
  ])('is true only if it is proven: %s', (_what, error, expected) => {
    expect(nothingSent(errorOutcome(error))).toBe(expected);
  });

  it('is false for an answer or a value', () => {
    expect(nothingSent(response(503))).toBe(false);
    expect(nothingSent(valueOutcome(sure))).toBe(false);
  });

  it('copes with cycles', () => {
    const ring = new AggregateError([sure]);
    ring.errors.push(ring);
    expect(nothingSent(errorOutcome(ring))).toBe(false);
    const loop = coded('ECONNREFUSED');
    Object.assign(loop, { cause: loop });
    expect(nothingSent(errorOutcome(loop))).toBe(false);
  });

  it('holds for an aggregate exactly if it holds for each member', () => {
    const members = fc.array(fc.constantFrom(sure, unsure, connect('ETIMEDOUT'), coded('ENOTFOUND'), new Error('?')), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(members, (errors) => {
        const expected = errors.every((error) => nothingSent(errorOutcome(error)));
        expect(nothingSent(errorOutcome(new AggregateError(errors)))).toBe(expected);
        expect(nothingSent(errorOutcome(new Error('', { cause: new AggregateError(errors) })))).toBe(
          expected && errors.length > 0,
        );
      }),
    );
  });
});
