import { describe, expect, test } from '@jest/globals';
import type { GotError, GotRequest, GotResponse } from './got-types.js';
import { outcomeOfError, outcomeOfResponse } from './outcome.js';

const answer = (statusCode: number, body?: unknown): GotResponse => ({
  statusCode,
  headers: { 'Retry-After': '1' },
  body,
  ok: statusCode < 400,
  isFromCache: false,
  request: {} as GotRequest,
});

const failure = (name: string, code: string, response?: GotResponse): GotError =>
  Object.assign(new Error(name), { name, code, response });

describe('an answer', () => {
  test('has its status and its headers, and is got’s own object', () => {
    const response = answer(503);

    const result = outcomeOfResponse(response);

    expect(result).toMatchObject({ kind: 'response', status: 503, headers: { 'retry-after': '1' } });
    expect(result.kind === 'response' && result.response).toBe(response);
  });

  test.each([
    ['JSON', '{"a":1}', { a: 1 }],
    ['text', 'text', 'text'],
    ['what `responseType: "json"` made of it', { a: 1 }, { a: 1 }],
    ['bytes', Buffer.from('a'), Buffer.from('a')],
    ['nothing while it is streamed', undefined, undefined],
  ])('has a body, parsed on access: %s', (_, body, expected) => {
    const result = outcomeOfResponse(answer(200, body));

    expect(result.kind === 'response' && result.body()).toEqual(expected);
  });
});

describe('an error', () => {
  test.each([
    ['HTTPError', 'ERR_NON_2XX_3XX_RESPONSE'],
    ['RetryError', 'ERR_RETRYING'],
  ])('of got that stands for an answer is one: %s', (name, code) => {
    expect(outcomeOfError(failure(name, code, answer(401)))).toMatchObject({ kind: 'response', status: 401 });
  });

  test.each([
    ['ReadError', 'ECONNRESET', answer(200)],
    ['ParseError', 'ERR_BODY_PARSE_FAILURE', answer(200)],
    ['MaxRedirectsError', 'ERR_TOO_MANY_REDIRECTS', answer(302)],
    ['RequestError', 'ECONNREFUSED', undefined],
  ])('of another kind is not an answer, even if it carries a response: %s', (name, code, response) => {
    const error = failure(name, code, response);

    expect(outcomeOfError(error)).toMatchObject({ kind: 'error', error });
  });
});
