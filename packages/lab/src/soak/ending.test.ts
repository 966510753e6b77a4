import { expect, test } from '@jest/globals';
import { endingOf } from './ending.js';

test.each([
  [{ code: 'ERR_BAD_RESPONSE', response: { status: 503 } }, 'status'],
  [{ name: 'HTTPError', code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 404 } }, 'status'],
  [{ code: 'ERR_TOO_MANY_REDIRECTS' }, 'status'],
  [{ code: 'ERR_BAD_RESPONSE', response: { status: 200 } }, 'network'],
  [{ code: 'ECONNRESET' }, 'network'],
  [{ code: 'ECONNABORTED' }, 'timeout'],
  [{ code: 'ERR_DEADLINE_EXCEEDED' }, 'timeout'],
  [{ code: 'ERR_CIRCUIT_OPEN' }, 'refused'],
  [{ code: 'ERR_CANCELED' }, 'cancelled'],
  [new TypeError('x is not a function'), 'strange'],
])('%j ends a call as %s', (error, kind) => {
  expect(endingOf(error, false).kind).toBe(kind);
});

test('a cancel of the client is a cancel, whatever its code', () => {
  expect(endingOf(new Error('enough'), true).kind).toBe('cancelled');
});
