import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileValues, revoked, thrower } from '../../test/hostile.js';
import { codeOf, ownCode } from './error-code.js';
import { linksOf } from './error-links.js';
import { CircuitOpenError, DeadlineExceededError, RetryExhaustedError } from './errors.js';

interface Traits {
  readonly code?: unknown;
  readonly name?: string;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

const failure = (message: string, traits: Traits = {}): Error => Object.assign(new Error(message), traits);
const coded = (code: unknown, cause?: unknown): Error => failure('failed', { code, cause });
const fetchError = (message: string, cause?: unknown): Error =>
  cause === undefined ? new TypeError(message) : new TypeError(message, { cause });

describe('codeOf', () => {
  it.each<[string, unknown, string | undefined]>([
    ['its own', coded('ECONNRESET'), 'ECONNRESET'],
    ['its cause', fetchError('fetch failed', coded('UND_ERR_SOCKET')), 'UND_ERR_SOCKET'],
    ['its cause, five deep', [1, 2, 3, 4, 5].reduce<Error>((cause) => failure('', { cause }), coded('EPIPE')), 'EPIPE'],
    ['what it gathers', new AggregateError([failure(''), coded('ETIMEDOUT')]), 'ETIMEDOUT'],
    ['what its cause gathers', failure('', { cause: new AggregateError([coded('EHOSTUNREACH')]) }), 'EHOSTUNREACH'],
    ['the outermost of two', coded('ETIMEDOUT', coded('ECONNRESET')), 'ETIMEDOUT'],
    ['its cause before what it gathers', failure('', { cause: coded('EPIPE'), errors: [coded('EMFILE')] }), 'EPIPE'],
    ['a plain object', { code: 'ECONNREFUSED' }, 'ECONNREFUSED'],
  ])('is found on %s', (_where, error, expected) => {
    expect(codeOf(error)).toBe(expected);
  });

  it.each<[string, unknown, string | undefined]>([
    ['ERR_NETWORK over a reset', coded('ERR_NETWORK', coded('ECONNRESET')), 'ECONNRESET'],
    ['ERR_NETWORK over a bad certificate', coded('ERR_NETWORK', coded('CERT_HAS_EXPIRED')), 'CERT_HAS_EXPIRED'],
    ['ERR_NETWORK over a code of no known kind', coded('ERR_NETWORK', coded('E_BODY')), 'E_BODY'],
    ['ERR_NETWORK over nothing', coded('ERR_NETWORK', failure('')), 'ERR_NETWORK'],
    ['ERR_BAD_RESPONSE over a reset', coded('ERR_BAD_RESPONSE', coded('ECONNRESET')), 'ECONNRESET'],
    ['ERR_FR_TOO_MANY_REDIRECTS', coded('ERR_FR_TOO_MANY_REDIRECTS'), 'ERR_FR_TOO_MANY_REDIRECTS'],
    ['an abort over a timeout', coded('ABORT_ERR', new DOMException('', 'TimeoutError')), 'TimeoutError'],
    ['an abort over nothing', coded('ERR_CANCELED'), 'ERR_CANCELED'],
    ['a code of no known kind over a reset', coded('E_BILLING', coded('ECONNRESET')), 'ECONNRESET'],
    ['a code of no known kind over ERR_NETWORK', coded('E_BILLING', coded('ERR_NETWORK')), 'ERR_NETWORK'],
    ['two codes of no known kind', coded('E_BILLING', coded('E_LEDGER')), 'E_BILLING'],
    ['got, which did not know', coded('ERR_GOT_REQUEST_ERROR', coded('EPIPE')), 'EPIPE'],
  ])('is the one that tells most: %s', (_what, error, expected) => {
    expect(codeOf(error)).toBe(expected);
  });

  it('does not look behind a refusal: the failure that tripped the circuit is not this call’s', () => {
    expect(codeOf(new CircuitOpenError('k', 1_000, coded('ECONNRESET')))).toBe('ERR_CIRCUIT_OPEN');
    expect(codeOf(new DeadlineExceededError('k', 1_000, coded('ECONNRESET')))).toBe('ERR_DEADLINE_EXCEEDED');
  });

  it('looks behind the wrapper of an exhausted call', () => {
    expect(codeOf(new RetryExhaustedError('k', 3, coded('ECONNRESET')))).toBe('ECONNRESET');
    expect(codeOf(new RetryExhaustedError('k', 3, coded('ERR_NETWORK')))).toBe('ERR_NETWORK');
    expect(codeOf(new RetryExhaustedError('k', 3, failure('')))).toBe('ERR_RETRY_EXHAUSTED');
  });

  it.each<[string, unknown, string | undefined]>([
    ['a DOMException', new DOMException('', 'TimeoutError'), 'TimeoutError'],
    ['an AbortError', new DOMException('', 'AbortError'), 'AbortError'],
    ['an error without a code', failure('Promise timed out', { name: 'TimeoutError' }), 'TimeoutError'],
    ['one with a code of no known kind', failure('', { name: 'TimeoutError', code: 'E_SLOW' }), 'TimeoutError'],
    ['one with a better code', failure('', { name: 'TimeoutError', code: 'ETIMEDOUT' }), 'ETIMEDOUT'],
    ['one that llhttp gave no code', failure('', { name: 'HTTPParserError' }), 'HTTPParserError'],
    ['one with a known code', failure('', { name: 'AbortError', code: 'ERR_ABORTED' }), 'ERR_ABORTED'],
    ['any other DOMException', new DOMException('', 'DataCloneError'), undefined],
  ])('may be the name: %s', (_what, error, expected) => {
    expect(codeOf(error)).toBe(expected);
  });

  it.each<[string, string]>([
    ['undici, in mid-body', 'terminated'],
    ['undici, its cause lost', 'fetch failed'],
    ['Chromium', 'Failed to fetch'],
    ['Chromium with the host', 'Failed to fetch (api.example.com)'],
    ['Chromium, in mid-body', 'network error'],
    ['Firefox', 'NetworkError when attempting to fetch resource.'],
    ['Safari', 'Load failed'],
    ['Safari with the host', 'Load failed (api.example.com)'],
    ['older Safari', 'The network connection was lost.'],
    ['React Native', 'Network request failed'],
    ['Deno', 'error sending request for url (http://localhost:1/): client error (Connect)'],
  ])('is ERR_NETWORK for the words of %s', (_who, message) => {
    expect(codeOf(fetchError(message))).toBe('ERR_NETWORK');
    expect(codeOf(failure('wrapped', { cause: fetchError(message) }))).toBe('ERR_NETWORK');
    expect(codeOf(failure(message))).toBeUndefined();
    expect(codeOf(fetchError(`${message}!`.replace('error sending', 'no error sending')))).toBeUndefined();
  });

  it.each<[string, unknown, string | undefined]>([
    ['a body that the server cut', fetchError('terminated', coded('UND_ERR_SOCKET')), 'UND_ERR_SOCKET'],
    ['a body of ours that threw', fetchError('fetch failed', failure('no such row')), undefined],
    ['a scheme', fetchError('fetch failed', failure('unknown scheme')), 'ERR_UNSUPPORTED_PROTOCOL'],
    ['redirects', coded('ERR_NETWORK', failure('redirect count exceeded')), 'ERR_TOO_MANY_REDIRECTS'],
    ['a mock of axios', failure('Network Error'), 'ERR_NETWORK'],
    ['a mock of msw', failure('Network error'), 'ERR_NETWORK'],
    ['axios, in mid-body', failure('stream has been aborted', { code: 'ERR_BAD_RESPONSE' }), 'ECONNRESET'],
    [
      'older axios, in mid-body',
      failure('maxContentLength size of -1 exceeded', { code: 'ERR_BAD_RESPONSE' }),
      'ECONNRESET',
    ],
    [
      'axios, too long',
      failure('maxContentLength size of 9 exceeded', { code: 'ERR_BAD_RESPONSE' }),
      'ERR_BAD_RESPONSE',
    ],
    ['Node, its code lost', failure('socket hang up'), 'ECONNRESET'],
    [
      'got over HTTP/2',
      failure('The HTTP/2 stream has been early terminated', { code: 'ERR_GOT_REQUEST_ERROR' }),
      'ERR_HTTP2_STREAM_ERROR',
    ],
    ['got, a stream that was aborted', failure('The server aborted the HTTP/2 stream'), 'ERR_HTTP2_STREAM_ERROR'],
    [
      'got, a session that closes',
      failure('The session is gracefully closing. No new streams are allowed.'),
      'ERR_HTTP2_GOAWAY_SESSION',
    ],
    ['got, a session that has closed', failure('The session has been closed already'), 'ERR_HTTP2_INVALID_SESSION'],
    [
      'got, a session that never began',
      failure('Session closed without receiving a SETTINGS frame', { code: 'HTTP2WRAPPER_NOSETTINGS' }),
      'ERR_HTTP2_INVALID_SESSION',
    ],
    [
      'got 16, a session that never began',
      failure('The HTTP/2 session closed before settings were received'),
      'ERR_HTTP2_INVALID_SESSION',
    ],
    ['Node, its code kept', failure('socket hang up', { code: 'EPIPE' }), 'EPIPE'],
    ['words within words', failure('the socket hang up'), undefined],
    ['words within the words of fetch', fetchError('Oh: Failed to fetch (api.example.com)'), undefined],
  ])('understands the wording of %s', (_what, error, expected) => {
    expect(codeOf(error)).toBe(expected);
  });

  it.each([
    [undefined],
    [null],
    ['ECONNRESET'],
    [14],
    [() => 1],
    [{}],
    [coded('')],
    [coded(14)],
    [coded(undefined, 'ECONNRESET')],
    [failure('', { errors: 'ECONNRESET' })],
    [new TypeError('x is not a function')],
    [failure('', { name: 'ValidationError' })],
  ])('is undefined if nothing is telling: %#', (error) => {
    expect(codeOf(error)).toBeUndefined();
  });

  it('copes with cycles', () => {
    const ring = failure('', { code: 'E_RING' });
    Object.assign(ring, { cause: failure('', { cause: ring }), errors: [ring, ring] });
    expect(codeOf(ring)).toBe('E_RING');
    expect([...linksOf(ring)].length).toBeLessThanOrEqual(32);
    Object.assign(ring, { errors: [ring, coded('EPIPE')] });
    expect(codeOf(ring)).toBe('EPIPE');
  });

  it('looks at no more than 32 errors', () => {
    const deep = (depth: number): Error =>
      Array.from({ length: depth }).reduce<Error>((cause) => failure('', { cause }), coded('EPIPE'));
    expect(codeOf(deep(31))).toBe('EPIPE');
    expect(codeOf(deep(32))).toBeUndefined();
    expect(
      codeOf(new AggregateError([...Array.from({ length: 60 }, () => failure('')), coded('EPIPE')])),
    ).toBeUndefined();
  });

  it.each(
    [
      ...hostileValues(),
      { cause: revoked({}), errors: revoked([]) },
      Object.defineProperty({}, 'code', { get: thrower }),
      { message: revoked({}), name: revoked({}) },
    ].map((error) => [error]),
  )('is undefined for values that cannot be read: %#', (error) => {
    expect(codeOf(error)).toBeUndefined();
    expect(codeOf({ code: 'EPIPE', cause: error })).toBe('EPIPE');
    expect(codeOf({ cause: coded('EPIPE'), errors: [error] })).toBe('EPIPE');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (cause, errors) => {
        expect(['string', 'undefined']).toContain(typeof codeOf({ cause, errors }));
      }),
    );
  });

  it('is the telling code anywhere in a chain of others', () => {
    const mute = fc.constantFrom<Traits>(
      {},
      { code: 'E_X' },
      { code: 'ERR_NETWORK' },
      { code: 'ABORT_ERR' },
      { code: 7 },
    );
    fc.assert(
      fc.property(fc.array(mute, { maxLength: 8 }), fc.boolean(), (outer, gathered) => {
        const error = outer.reduceRight<Error>(
          (inner, traits) => failure('', { ...traits, ...(gathered ? { errors: [inner] } : { cause: inner }) }),
          coded('ECONNRESET', coded('ETIMEDOUT')),
        );
        expect(codeOf(error)).toBe('ECONNRESET');
      }),
    );
  });
});

describe('ownCode', () => {
  it('does not look at causes', () => {
    expect(ownCode(failure('', { cause: coded('ECONNRESET') }))).toBeUndefined();
    expect(ownCode(coded('ERR_NETWORK', coded('ECONNRESET')))).toBe('ERR_NETWORK');
  });
});

it.each([
  ['nock', failure('Nock: Disallowed net connect for "api.test:443/v1"', { code: 'ENETUNREACH' })],
  [
    'nock, in an error of axios',
    failure('Nock: Disallowed net connect for "a/"', { code: 'ENETUNREACH', cause: coded('ENETUNREACH') }),
  ],
  [
    'nock, behind fetch',
    fetchError('Failed to fetch', failure('Nock: Disallowed net connect for "a/"', { code: 'ENETUNREACH' })),
  ],
  [
    'msw',
    failure('[MSW] Cannot bypass a request when using the "error" strategy for the "onUnhandledRequest" option.'),
  ],
])('a request that is refused by %s is not a network failure', (_mock, error) => {
  expect(codeOf(error)).toBe('ERR_NOT_MOCKED');
});

it('a network that cannot be reached keeps its code', () => {
  expect(codeOf(failure('connect ENETUNREACH 10.0.0.1:80', { code: 'ENETUNREACH' }))).toBe('ENETUNREACH');
});
