import { describe, expect, test } from '@jest/globals';
import { axiosTraits } from './outcome.js';

const { outcomeOf, outcomeOfError } = axiosTraits;
const badResponse = (fields: object) =>
  Object.assign(new Error('stream has been aborted'), { code: 'ERR_BAD_RESPONSE' }, fields);

describe('outcomeOf', () => {
  test('parses a body on access, and keeps one that is not JSON unchanged', () => {
    const bodies = ['{"a":1}', 'text', '', undefined, Buffer.from('raw')].map((data) => {
      const result = outcomeOf({ status: 200, headers: {}, data });
      return result.kind === 'response' ? result.body() : result.kind;
    });

    expect(bodies).toEqual([{ a: 1 }, 'text', '', undefined, Buffer.from('raw')]);
  });

  test.each([[undefined], [null], ['text'], [{}], [{ status: '200' }], [{ status: 0 }]])(
    'is not an answer: %j',
    (value) => {
      expect(outcomeOf(value)).toEqual({ kind: 'value', value });
    },
  );

  test('finds headers in any case', () => {
    expect(outcomeOf({ status: 503, headers: { 'RETRY-After': '1' } })).toMatchObject({
      headers: { 'retry-after': '1' },
    });
  });
});

describe('outcomeOfError', () => {
  test('uses the status of the answer', () => {
    const error = badResponse({ response: { status: 503, headers: {}, data: '' } });

    expect(outcomeOfError(error)).toMatchObject({ kind: 'response', status: 503 });
  });

  test('uses the status of the answer in its cause, as of 1.13.3', () => {
    const cause = badResponse({ response: { status: 503, headers: {}, data: '' } });

    const error = badResponse({ cause, message: 'Request failed with status code 503' });

    expect(outcomeOfError(error)).toMatchObject({ kind: 'response', status: 503 });
  });

  test('uses the status if validateStatus refused a good one', () => {
    const error = badResponse({ response: { status: 200, headers: {}, data: undefined } });

    expect(outcomeOfError(error)).toMatchObject({ kind: 'response', status: 200 });
  });

  test('reads an answer whose body never ended as a reset', () => {
    const error = badResponse({ response: { status: 200, headers: {} } });

    expect(outcomeOfError(error)).toMatchObject({ kind: 'error', error, code: 'ECONNRESET' });
  });

  test('uses the status of an error whose body never ended', () => {
    const error = badResponse({ response: { status: 503, headers: {} } });

    expect(outcomeOfError(error)).toMatchObject({ kind: 'response', status: 503 });
  });

  test.each([
    ['that had no limit, as 1.0 to 1.7 put it, for a reset', -1, 'ECONNRESET'],
    ['for what it is', 5, 'ERR_BAD_RESPONSE'],
  ])('reads an answer that is too long %s', (_, limit, code) => {
    const error = Object.assign(new Error(`maxContentLength size of ${limit} exceeded`), { code: 'ERR_BAD_RESPONSE' });

    expect(outcomeOfError(error)).toMatchObject({ kind: 'error', code });
  });

  test.each([[undefined], [null], ['text'], [7]])('accepts any value: %j', (thrown) => {
    expect(outcomeOfError(thrown)).toMatchObject({ kind: 'error', error: thrown });
  });
});
