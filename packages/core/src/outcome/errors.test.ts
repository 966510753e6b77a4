import { expect, it } from '@jest/globals';
import {
  AttemptTimeoutError,
  BreakwaterError,
  CircuitOpenError,
  CoolDownError,
  DeadlineExceededError,
  FailedResponseError,
  isAttemptTimeout,
  isCircuitOpen,
  isCoolDown,
  isDeadlineExceeded,
  isLimited,
  isRetryExhausted,
  LimitedError,
  RefusalError,
  RetryExhaustedError,
} from './errors.js';

const cases: readonly (readonly [
  BreakwaterError & { readonly key: string },
  (error: unknown) => boolean,
  string,
  string,
])[] = [
  [new CircuitOpenError('k', 5), isCircuitOpen, 'ERR_CIRCUIT_OPEN', 'CircuitOpenError'],
  [new CoolDownError('k', 5), isCoolDown, 'ERR_COOL_DOWN', 'CoolDownError'],
  [new LimitedError('k', 5), isLimited, 'ERR_LIMITED', 'LimitedError'],
  [new AttemptTimeoutError('k', 5), isAttemptTimeout, 'ERR_ATTEMPT_TIMEOUT', 'AttemptTimeoutError'],
  [new DeadlineExceededError('k', 5), isDeadlineExceeded, 'ERR_DEADLINE_EXCEEDED', 'DeadlineExceededError'],
  [new RetryExhaustedError('k', 5, new Error('last')), isRetryExhausted, 'ERR_RETRY_EXHAUSTED', 'RetryExhaustedError'],
];
const guards = cases.map(([, guard]) => guard);

it.each(cases)('%s is recognized by its own guard alone, by its code and by its name', (error, guard, code, name) => {
  expect(guards.filter((is) => is(error))).toEqual([guard]);
  expect([error.code, error.name, error.key]).toEqual([code, name, 'k']);
  expect(error).toBeInstanceOf(BreakwaterError);
  expect(error).toBeInstanceOf(Error);
});

it.each(cases)(
  '%s is recognized by its code on another client’s error, and through a chain of causes',
  (error, guard, code) => {
    expect(guard(Object.assign(new Error('client'), { code }))).toBe(true);
    expect(guard({ code })).toBe(true);
    expect(guard(new Error('outer', { cause: new Error('inner', { cause: error }) }))).toBe(true);
  },
);

it('reads the outermost code: the failure that tripped an open circuit is not that of the call', () => {
  const error = new CircuitOpenError('k', 5, new AttemptTimeoutError('k', 5));
  expect([isCircuitOpen(error), isAttemptTimeout(error)]).toEqual([true, false]);
});

it.each([undefined, null, 'ERR_LIMITED', 5, new Error('x'), { code: 'ECONNRESET' }, { code: 5 }])(
  'is not recognised by any guard: %p',
  (error) => {
    expect(guards.some((is) => is(error))).toBe(false);
  },
);

it('stops at circular causes', () => {
  const error: { cause?: unknown } = {};
  error.cause = error;
  expect(guards.some((is) => is(error))).toBe(false);
});

it('has a cause only if there is one', () => {
  expect('cause' in new CircuitOpenError('k', 5)).toBe(false);
  expect(new CircuitOpenError('k', 5, 'why').cause).toBe('why');
});

it('captures no stack for a refusal, and restores the limit of stack traces', () => {
  const { stackTraceLimit } = Error;
  for (const error of [new CircuitOpenError('k', 5), new CoolDownError('k', 5), new LimitedError('k', 5)]) {
    expect(error).toBeInstanceOf(RefusalError);
    expect(error.stack).not.toContain('\n    at ');
  }
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  expect(new AttemptTimeoutError('k', 5).stack).toContain('\n    at ');
});

it.each([
  ['CircuitOpenError', CircuitOpenError, 'circuit "k" is open'],
  ['CoolDownError', CoolDownError, '"k" asked to be left alone'],
  ['LimitedError', LimitedError, 'too many attempts in flight for "k"'],
])(
  'gives each %s of a key the same message, with the remaining time only in retryAfterMs',
  (_name, Refusal, message) => {
    const errors = [4_999.4, 12.2, 0].map((retryAfterMs) => new Refusal('k', retryAfterMs));
    expect(errors.map((error) => error.message)).toEqual([message, message, message]);
    expect(errors.map(({ retryAfterMs }) => retryAfterMs)).toEqual([4_999.4, 12.2, 0]);
  },
);

it('names a failed answer by its status', () => {
  expect(new FailedResponseError(503)).toMatchObject({
    name: 'FailedResponseError',
    status: 503,
    message: 'answered with status 503',
  });
});
