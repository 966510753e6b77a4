import { AttemptTimeoutError, CircuitOpenError } from '@breakwater/core';
import { describe, expect, test } from '@jest/globals';
import type { GotError } from './got-types.js';
import { copyRefusal, isResilienceError } from './resilience-error.js';

const ofGot = (message: string, code: string): GotError => Object.assign(new Error(message), { code });

describe('copyRefusal', () => {
  test('copies code, key and hint to the error of got', () => {
    const own = new CircuitOpenError('api', 1_500);

    const error = copyRefusal(own, ofGot(own.message, own.code));

    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', key: 'api', retryAfterMs: 1_500 });
    expect(error.cause).toBe(own);
  });

  test('replaces code and message if got saw only a broken connection', () => {
    const error = copyRefusal(
      new AttemptTimeoutError('api', 500),
      ofGot('The server aborted pending request', 'ECONNRESET'),
    );

    expect(error).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT', key: 'api', retryAfterMs: undefined });
    expect(error.message).toBe('attempt for "api" took longer than 500 ms');
  });
});

describe('isResilienceError', () => {
  test.each(['ERR_CIRCUIT_OPEN', 'ERR_COOL_DOWN', 'ERR_LIMITED', 'ERR_ATTEMPT_TIMEOUT', 'ERR_DEADLINE_EXCEEDED'])(
    'is true for %s',
    (code) => {
      expect(isResilienceError(ofGot('failed', code))).toBe(true);
    },
  );

  test.each([[ofGot('failed', 'ECONNRESET')], [new Error('failed')], [undefined], [null], ['ERR_CIRCUIT_OPEN']])(
    'is false for %p',
    (error) => {
      expect(isResilienceError(error)).toBe(false);
    },
  );
});
