import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileValues, revoked, thrower } from '../../test/hostile.js';
import { CircuitOpenError, RetryExhaustedError } from './errors.js';
import {
  errorOutcome,
  type Outcome,
  outcomeOf,
  outcomeOfError,
  type ResponseOutcome,
  responseOutcome,
  valueOutcome,
} from './outcome.js';

const answer = (status: unknown, more: object = {}): object => ({ status, headers: {}, ...more });
const failure = (traits: object): Error => Object.assign(new Error('failed'), traits);

function asResponse(result: Outcome): ResponseOutcome {
  if (result.kind !== 'response') throw new Error(`a response was expected, not a ${result.kind}`);
  return result;
}

describe('responseOutcome', () => {
  it('has the parts that it was made of', () => {
    const response = {};
    const outcome = responseOutcome({ status: 503, headers: new Headers({ 'Retry-After': '1' }), response });
    expect(outcome.kind).toBe('response');
    expect(outcome.status).toBe(503);
    expect(outcome.response).toBe(response);
    expect(outcome.headers['retry-after']).toBe('1');
  });

  it('reads headers and body once, on first access', () => {
    let reads = 0;
    const headers = { toJSON: () => ({ Count: ++reads }) };
    const body = () => ({ count: ++reads });
    const outcome = responseOutcome({ status: 200, headers, response: {}, body });
    expect(reads).toBe(0);
    expect(outcome.headers.count).toBe('1');
    expect(outcome.headers).toBe(outcome.headers);
    expect(outcome.body()).toEqual({ count: 2 });
    expect(outcome.body()).toBe(outcome.body());
    expect(reads).toBe(2);
  });

  it('reads them once for all objects that inherit from it', () => {
    let reads = 0;
    const body = () => ++reads;
    const base = responseOutcome({ status: 200, headers: { a: 'b' }, response: {}, body });
    const [one, other] = [1, 2].map((attempt) => Object.assign(Object.create(base) as ResponseOutcome, { attempt }));
    expect(one?.body()).toBe(1);
    expect(other?.body()).toBe(1);
    expect(one?.headers).toBe(base.headers);
    expect(other?.headers).toBe(base.headers);
  });

  it('may be destructured', () => {
    const { kind, status, headers, body } = responseOutcome({
      status: 500,
      headers: { A: 'b' },
      response: { body: '[]' },
    });
    expect([kind, status, headers.a, body()]).toEqual(['response', 500, 'b', []]);
  });

  it.each<[string, object, unknown]>([
    ['the data of axios', { data: { a: 1 } }, { a: 1 }],
    ['data before body', { data: 'x', body: 'y' }, 'x'],
    ['the body of got', { body: 'plain text' }, 'plain text'],
    ['JSON text', { body: '{"a":[1,2]}' }, { a: [1, 2] }],
    ['JSON null', { body: 'null' }, null],
    ['a JSON string', { data: '"a"' }, 'a'],
    ['text that is almost JSON', { data: '{"a":1' }, '{"a":1'],
    ['an empty text', { data: '' }, ''],
    ['bytes', { data: new Uint8Array([1, 2]) }, new Uint8Array([1, 2])],
    ['a web stream', { body: new ReadableStream() }, undefined],
    ['a Node stream', { data: { pipe: () => undefined } }, undefined],
    ['no body at all', {}, undefined],
  ])('has a body: %s', (_what, response, expected) => {
    expect(responseOutcome({ status: 200, headers: {}, response }).body()).toEqual(expected);
    expect(responseOutcome({ status: 200, headers: {}, response, body: undefined }).body()).toEqual(expected);
  });

  it('does not read the body of a fetch Response', () => {
    const response = new Response('{}', { status: 503 });
    expect(asResponse(outcomeOf(response)).body()).toBeUndefined();
    expect(response.bodyUsed).toBe(false);
  });

  it("uses the adapter's body, and parses that too", () => {
    const parts = { status: 200, headers: {}, response: { data: 'not this' } };
    expect(responseOutcome({ ...parts, body: () => '{"a":1}' }).body()).toEqual({ a: 1 });
    expect(responseOutcome({ ...parts, body: () => new ReadableStream() }).body()).toBeUndefined();
    expect(responseOutcome({ ...parts, body: thrower }).body()).toBeUndefined();
  });
});

describe('errorOutcome', () => {
  it('looks up the code once, on first access', () => {
    let looks = 0;
    const error = Object.defineProperty({}, 'code', {
      get: () => {
        looks += 1;
        return 'ECONNRESET';
      },
    });
    const outcome = errorOutcome(error);
    expect(outcome.kind).toBe('error');
    expect(outcome.error).toBe(error);
    expect(looks).toBe(0);
    expect([outcome.code, outcome.code, (Object.create(outcome) as typeof outcome).code]).toEqual([
      'ECONNRESET',
      'ECONNRESET',
      'ECONNRESET',
    ]);
    expect(looks).toBe(1);
  });

  it('remembers that there is no code', () => {
    let looks = 0;
    const outcome = errorOutcome(Object.defineProperty({}, 'code', { get: () => void ++looks }));
    expect([outcome.code, outcome.code]).toEqual([undefined, undefined]);
    expect(looks).toBe(1);
  });
});

describe('resultOf', () => {
  it.each([
    [undefined],
    [null],
    [''],
    [204],
    [true],
    [10n],
    [() => answer(200)],
    [[]],
    [{}],
    [{ status: 200 }],
    [{ headers: {} }],
    [{ status: 'active', headers: {} }],
    [answer(0)],
    [answer(99)],
    [answer(600)],
    [answer(200.5)],
    [answer('200')],
    [{ status: 200, headers: 'none' }],
    [{ status: 200, headers: null }],
    [{ headers: { status: 200 } }],
  ])('reads values without a status or without headers as plain values: %#', (value) => {
    expect(outcomeOf(value)).toEqual(valueOutcome(value));
  });

  it.each<[string, object, number]>([
    ['a fetch Response', new Response(null, { status: 404, headers: { 'X-A': '1' } }), 404],
    ['axios', { status: 200, headers: { 'x-a': '1' }, data: '' }, 200],
    ['got and node:http', { statusCode: 503, headers: { 'x-a': '1' } }, 503],
    ['both names', { status: 'Not Found', statusCode: 404, headers: { 'X-A': ['1'] } }, 404],
    ['the least status', { status: 100, headers: { 'x-a': '1' } }, 100],
    ['the greatest', { status: 599, headers: { 'x-a': '1' } }, 599],
  ])('reads values with both as responses: %s', (_what, value, status) => {
    const result = asResponse(outcomeOf(value));
    expect(result.status).toBe(status);
    expect(result.response).toBe(value);
    expect(result.headers['x-a']).toBe('1');
  });

  it.each(hostileValues().map((value) => [value]))('reads values that cannot be read as plain values: %#', (value) => {
    const result = outcomeOf(value);
    expect(result.kind).toBe('value');
    expect(result.kind === 'value' && result.value === value).toBe(true);
  });

  it('handles a response of which only the status can be read', () => {
    const result = asResponse(outcomeOf({ status: 500, headers: revoked({}), data: revoked([]) }));
    expect(result.headers).toEqual(Object.create(null));
    expect(() => result.body()).not.toThrow();
    expect(asResponse(outcomeOf(Object.defineProperty(answer(500), 'data', { get: thrower }))).body()).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (value, headers) => {
        expect(['value', 'response']).toContain(outcomeOf(value).kind);
        const result = outcomeOf({ status: 200, headers, data: value });
        if (result.kind === 'response') result.body();
      }),
    );
  });
});

describe('resultOfError', () => {
  const unavailable = answer(503);

  it.each<[string, unknown]>([
    ['axios', failure({ isAxiosError: true, code: 'ERR_BAD_RESPONSE', status: 503, response: unavailable })],
    ['got', failure({ code: 'ERR_NON_2XX_3XX_RESPONSE', response: unavailable })],
    ['ky', failure({ name: 'HTTPError', response: unavailable })],
    ['an answer that then broke off', failure({ code: 'ECONNRESET', response: unavailable })],
    ['an error around one of these', failure({ cause: failure({ cause: failure({ response: unavailable }) }) })],
    ['an exhausted call', new RetryExhaustedError('k', 3, failure({ response: unavailable }))],
    ['an exhausted call that ended with a response', new RetryExhaustedError('k', 3, unavailable)],
    ['a thrown response', unavailable],
  ])('is the answer that the error carries: %s', (_what, error) => {
    const result = asResponse(outcomeOfError(error));
    expect(result.status).toBe(503);
    expect(result.response).toBe(unavailable);
  });

  it('reads an error that looks like a response as one', () => {
    const error = failure({ status: 529, headers: new Headers({ 'Retry-After': '3' }) });
    const result = asResponse(outcomeOfError(error));
    expect(result.response).toBe(error);
    expect(result.headers['retry-after']).toBe('3');
  });

  it('reads a fetch Response that was thrown', () => {
    const response = new Response(null, { status: 404 });
    expect(asResponse(outcomeOfError(response)).response).toBe(response);
  });

  it.each<[string, unknown, string | undefined]>([
    ['a body cut short', failure({ code: 'ERR_BAD_RESPONSE', response: answer(200) }), 'ERR_BAD_RESPONSE'],
    [
      'a body that is no JSON',
      failure({ code: 'ERR_BODY_PARSE_FAILURE', response: answer(200) }),
      'ERR_BODY_PARSE_FAILURE',
    ],
    ['a redirect', failure({ response: answer(302) }), undefined],
    ['a thrown answer below 400', answer(304), undefined],
    [
      'what lies behind an answer below 400',
      failure({ response: answer(200), cause: failure({ response: answer(503) }) }),
      undefined,
    ],
    ['what tripped a circuit', new CircuitOpenError('k', 1, failure({ response: answer(503) })), 'ERR_CIRCUIT_OPEN'],
    [
      'what lies behind a telling code',
      failure({ code: 'ETIMEDOUT', cause: failure({ response: answer(503) }) }),
      'ETIMEDOUT',
    ],
    ['a response that never came', failure({ code: 'ECONNRESET', response: undefined }), 'ECONNRESET'],
    ['a response without headers', failure({ code: 'E_X', response: { status: 503 } }), 'E_X'],
    ['a string', 'oops', undefined],
    ['nothing', undefined, undefined],
  ])('is a failure otherwise: %s', (_what, error, code) => {
    const result = outcomeOfError(error);
    expect(result.kind).toBe('error');
    expect(result.kind === 'error' && result.error === error).toBe(true);
    expect(result.kind === 'error' && result.code).toBe(code);
  });

  it.each(hostileValues().map((error) => [error]))('is a failure for values that cannot be read: %#', (error) => {
    for (const thrown of [error, failure({ response: error }), failure({ cause: error })]) {
      const result = outcomeOfError(thrown);
      expect(result.kind).toBe('error');
      expect(result.kind === 'error' && result.code).toBeUndefined();
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (response, cause) => {
        expect(['error', 'response']).toContain(outcomeOfError({ response, cause }).kind);
        expect(['error', 'response']).toContain(outcomeOfError(cause).kind);
      }),
    );
  });
});
