import { expect, it } from '@jest/globals';
import {
  isAttemptTimeout,
  isCircuitOpen,
  isDeadlineExceeded,
  isRetryExhausted,
  type RetryExhaustedError,
} from '../src/outcome/errors.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, networkError, outcome, steady, watch } from './policy-fixture.js';

it('ends with the last attempt’s own error, unchanged', async () => {
  const errors = [1, 2, 3, 4].map(() => networkError());
  const { clock, policy } = bench();
  const before = errors.map((error) => Object.getOwnPropertyNames(error));
  const error = await outcome(
    clock,
    policy.execute(({ attempt }) => Promise.reject(errors[attempt - 1])),
  );
  expect(error).toBe(errors[3]);
  expect(errors.map((each) => Object.getOwnPropertyNames(each))).toEqual(before);
});

it('ends with the last attempt’s own answer, unchanged, frozen or not', async () => {
  const { clock, policy } = bench();
  const answer = Object.freeze({ status: 503, headers: Object.freeze({}) });
  expect(
    await outcome(
      clock,
      policy.execute(() => answer),
    ),
  ).toBe(answer);
  expect(reportOf(answer)).toMatchObject({ attempts: 4, stopReason: 'exhausted' });
});

it('ends with any thrown value', async () => {
  const { clock, policy } = bench();
  for (const thrown of ['text', undefined, null, 5]) {
    const seen = watch(
      policy.execute(() => {
        throw thrown;
      }),
    );
    await clock.settle();
    expect(seen).toEqual({ state: 'error', value: thrown });
    expect(reportOf(thrown)).toBeUndefined();
  }
});

it('prefers the last real answer to a deadline that ends a later attempt', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 300 } });
  const first = networkError();
  const error = await outcome(clock, policy.execute(scripted([{ error: first }, { hang: true }])));
  expect(error).toBe(first);
  expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'deadline', elapsedMs: 300 });
});

it('has an error of its own if the deadline ends the first attempt', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 300 } });
  const error = await outcome(clock, policy.execute(scripted([{ hang: true }]), { key: 'k' }));
  expect(error).toMatchObject({
    name: 'DeadlineExceededError',
    code: 'ERR_DEADLINE_EXCEEDED',
    key: 'k',
    timeoutMs: 300,
    message: 'call for "k" took longer than 300 ms',
  });
  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'deadline' });
});

it('treats an attempt’s own timeout as that attempt’s answer', async () => {
  const { clock, policy } = bench({ timeouts: { attemptMs: 50 } });
  const error = await outcome(
    clock,
    policy.execute(scripted([{ error: 'ECONNRESET' }, { hang: true }]), { maxRetries: 1 }),
  );
  expect(error).toMatchObject({
    name: 'AttemptTimeoutError',
    code: 'ERR_ATTEMPT_TIMEOUT',
    timeoutMs: 50,
    message: 'attempt for "default" took longer than 50 ms',
  });
});

it('aborts at the deadline even if the function ignores its signal', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 300 } });
  let signal: AbortSignal | undefined;
  const call = watch(
    policy.execute((context) => {
      signal = context.signal;
      return new Promise(() => {});
    }),
  );
  await clock.advance(299);
  expect([call.state, signal?.aborted]).toEqual(['pending', false]);
  await clock.advance(1);
  expect(isDeadlineExceeded(call.value)).toBe(true);
  expect(signal?.aborted).toBe(true);
  expect(signal?.reason).toBe(call.value);
});

it('aborts an attempt at its timeout even if the function ignores its signal', async () => {
  const { clock, policy } = bench({ timeouts: { attemptMs: 300 }, retry: false });
  const call = watch(policy.execute(() => new Promise(() => {})));
  await clock.advance(300);
  expect(isAttemptTimeout(call.value)).toBe(true);
});

it('has the rest of the deadline', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 1_000 } });
  const left: unknown[] = [];
  await outcome(
    clock,
    policy.execute(({ remainingMs }) => {
      left.push(remainingMs);
      return Promise.reject(networkError());
    }),
  );
  expect(left).toEqual([1_000, 900, 800, 700]);
  await policy.execute(({ remainingMs }) => left.push(remainingMs), { timeouts: { totalMs: 5 } });
  expect(left.at(-1)).toBe(5);
  const open = bench();
  await open.policy.execute(({ remainingMs }) => left.push(remainingMs));
  expect(left.at(-1)).toBeUndefined();
});

it('lets a call have timeouts of its own over the policy’s', async () => {
  const { clock, policy } = bench({ timeouts: { attemptMs: 50, totalMs: 80 }, retry: false });
  const hang = scripted([{ hang: true }]);
  expect(await outcome(clock, policy.execute(hang, { timeouts: { attemptMs: 20 } }))).toMatchObject({ timeoutMs: 20 });
  expect(await outcome(clock, policy.execute(hang, { timeouts: { attemptMs: undefined } }))).toMatchObject({
    timeoutMs: 50,
  });
});

it('makes no attempt exactly at the deadline', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 1_000 }, coolDown: false });
  const server = scripted([{ status: 503, headers: { 'retry-after': '1' } }, { value: 'too late' }], { clock });
  expect(await outcome(clock, policy.execute(server))).toMatchObject({ status: 503 });
  expect(server.calls).toHaveLength(1);
});

it('wraps the last answer if the caller prefers that', async () => {
  const { clock, policy } = bench();
  const last = networkError();
  const error = await outcome(
    clock,
    policy.execute(() => Promise.reject(last), { exhausted: 'wrap', key: 'k' }),
  );
  expect(isRetryExhausted(error)).toBe(true);
  expect(error).toMatchObject({
    name: 'RetryExhaustedError',
    attempts: 4,
    key: 'k',
    cause: last,
    message: 'gave up on "k" after 4 attempts',
  });
  expect(reportOf(error)).toMatchObject({ stopReason: 'exhausted' });
});

it('wraps an answer that came as a value', async () => {
  const { clock, policy } = bench();
  const last = { status: 503, headers: {} };
  const error = await outcome(
    clock,
    policy.execute(() => last, { exhausted: 'wrap', maxRetries: 0 }),
  );
  expect((error as RetryExhaustedError).cause).toBe(last);
  expect((error as Error).message).toBe('gave up on "default" after 1 attempt');
});

it('wraps neither an error that a retry could not help nor a refusal without any attempt', async () => {
  const { clock, policy } = bench();
  const wrap = { exhausted: 'wrap' } as const;
  const bug = new Error('bug');
  expect(
    await outcome(
      clock,
      policy.execute(() => Promise.reject(bug), wrap),
    ),
  ).toBe(bug);
  expect(
    await outcome(
      clock,
      policy.execute(() => 'fine', wrap),
    ),
  ).toBe('fine');
  policy.breaker('default').open();
  expect(
    isCircuitOpen(
      await outcome(
        clock,
        policy.execute(() => 'fine', wrap),
      ),
    ),
  ).toBe(true);
});

it('names the key of an open circuit, the rest of its time, and the failure that tripped it', async () => {
  const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 2 } });
  const cause = networkError();
  const fail = () => Promise.reject(cause);
  for (let call = 0; call < 2; call += 1) await outcome(clock, policy.execute(fail, { key: 'k' }));
  await clock.advance(50);
  expect(await outcome(clock, policy.execute(fail, { key: 'k' }))).toMatchObject({
    name: 'CircuitOpenError',
    code: 'ERR_CIRCUIT_OPEN',
    key: 'k',
    retryAfterMs: 1_000,
    cause: { name: 'Error', code: 'ECONNRESET', status: undefined },
    message: 'circuit "k" is open',
  });
});

it('keeps no body alive as the cause of an open circuit', async () => {
  const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 1 } });
  await policy.execute(() => ({ status: 500, headers: {}, body: 'secret' }));
  const error = (await outcome(
    clock,
    policy.execute(() => 'x'),
  )) as Error;
  expect(error.cause).toEqual({ name: 'FailedResponseError', code: undefined, status: 500 });
});

it('has no retryAfterMs for a circuit that was opened by hand', async () => {
  const { clock, policy } = bench();
  policy.breaker('default').open();
  const error = await outcome(
    clock,
    policy.execute(() => 'x'),
  );
  expect(error).toMatchObject({ retryAfterMs: undefined, message: 'circuit "default" is open' });
  expect((error as Error).cause).toBeUndefined();
});

it('ends with the answer before, not with a refusal, if a retry is refused', async () => {
  const { clock, policy } = bench({ retry: { backoff: steady } });
  const first = { status: 503, headers: {} };
  const call = watch(policy.execute(() => first));
  await clock.advance(99);
  policy.breaker('default').open();
  await clock.runAll();
  expect(call.value).toBe(first);
  expect(reportOf(first)).toMatchObject({ attempts: 1, stopReason: 'circuit-open' });
});
