import { expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import type { OutcomeInfo } from '../src/outcome/outcome.js';
import type { CallOptions } from '../src/session/call-options.js';
import { reportOf, type StopReason } from '../src/telemetry/report.js';
import { type FaultStep, scripted } from '../src/testing/faults.js';
import { bench, networkError, outcome, steady, throwing } from './policy-fixture.js';

async function attemptsOf(step: FaultStep, call?: CallOptions, options: PolicyOptions = {}) {
  const { clock, policy } = bench({ coolDown: false, ...options });
  const server = scripted([step]);
  const answer = await outcome(clock, policy.execute(server, call));
  return { attempts: server.calls.length, stopReason: reportOf(answer)?.stopReason };
}

it.each([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])('retries a %d', async (status) => {
  expect(await attemptsOf({ status })).toEqual({ attempts: 4, stopReason: 'exhausted' });
});

it.each<[number, StopReason]>([
  [200, 'success'],
  [204, 'success'],
  [304, 'success'],
  [400, 'permanent'],
  [401, 'permanent'],
  [404, 'permanent'],
  [422, 'permanent'],
  [501, 'permanent'],
])('does not retry a %d: %s', async (status, stopReason) => {
  expect(await attemptsOf({ status })).toEqual({ attempts: 1, stopReason });
});

it.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'])('retries %s', async (error) => {
  expect(await attemptsOf({ error })).toEqual({ attempts: 4, stopReason: 'exhausted' });
});

it.each([new Error('bug'), new TypeError('x is not a function'), new SyntaxError('Unexpected token <')])(
  'treats an error of unknown kind as permanent: %s',
  async (error) => {
    const { clock, policy } = bench();
    const server = scripted([{ error }]);
    expect(await outcome(clock, policy.execute(server))).toBe(error);
    expect(server.calls).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ stopReason: 'permanent' });
    expect(policy.snapshot().keys.default?.breaker?.counts.failures).toBe(0);
  },
);

it('retries maxRetries times, by the policy or by the call', async () => {
  const retry = { backoff: steady, maxRetries: 1 };
  expect(await attemptsOf({ status: 503 }, undefined, { retry })).toMatchObject({ attempts: 2 });
  expect(await attemptsOf({ status: 503 }, { maxRetries: 6 }, { retry, breaker: false })).toMatchObject({
    attempts: 7,
  });
  expect(await attemptsOf({ status: 503 }, { maxRetries: 0 })).toEqual({ attempts: 1, stopReason: 'exhausted' });
});

it('makes one attempt if retrying is switched off', async () => {
  expect(await attemptsOf({ status: 503 }, undefined, { retry: false })).toEqual({
    attempts: 1,
    stopReason: 'disabled',
  });
  expect(await attemptsOf({ status: 404 }, undefined, { retry: false })).toEqual({
    attempts: 1,
    stopReason: 'permanent',
  });
});

it('takes the policy’s own statuses', async () => {
  const retry = { backoff: steady, statuses: [404] };
  expect(await attemptsOf({ status: 404 }, undefined, { retry })).toMatchObject({ attempts: 4 });
  expect(await attemptsOf({ status: 503 }, undefined, { retry })).toMatchObject({
    attempts: 1,
    stopReason: 'permanent',
  });
});

it.each<[string, CallOptions | undefined, FaultStep, number, StopReason]>([
  ['a call without a method', {}, { status: 503 }, 4, 'exhausted'],
  ['GET', { method: 'GET' }, { status: 503 }, 4, 'exhausted'],
  ['get', { method: 'get' }, { status: 503 }, 4, 'exhausted'],
  ['PUT', { method: 'PUT' }, { status: 503 }, 4, 'exhausted'],
  ['QUERY', { method: 'QUERY' }, { status: 503 }, 4, 'exhausted'],
  ['POST', { method: 'POST' }, { status: 503 }, 1, 'not-idempotent'],
  ['post after a reset', { method: 'post' }, { error: 'ECONNRESET' }, 1, 'not-idempotent'],
  ['a method nobody knows', { method: 'BREW' }, { status: 503 }, 1, 'not-idempotent'],
  ['POST that says it is idempotent', { method: 'POST', idempotent: true }, { status: 503 }, 4, 'exhausted'],
  ['POST with an idempotency key', { method: 'POST', idempotencyKey: 'k' }, { status: 503 }, 4, 'exhausted'],
  // The function may have done anything before: only an adapter knows that an attempt is one request.
  ['POST that was refused a connection', { method: 'POST' }, { error: 'ECONNREFUSED' }, 1, 'not-idempotent'],
  ['POST whose host has no address', { method: 'POST' }, { error: 'ENOTFOUND' }, 1, 'not-idempotent'],
  ['GET that says it is not idempotent', { method: 'GET', idempotent: false }, { status: 503 }, 1, 'not-idempotent'],
  ['a call without a method that says so', { idempotent: false }, { status: 503 }, 1, 'not-idempotent'],
  ['idempotent: false, though nothing was sent', { idempotent: false }, { error: 'ECONNREFUSED' }, 1, 'not-idempotent'],
  [
    'idempotent: false, though it has a key',
    { idempotent: false, idempotencyKey: 'k' },
    { status: 503 },
    1,
    'not-idempotent',
  ],
  ['a one-shot body', { method: 'PUT', oneShotBody: true }, { status: 503 }, 1, 'one-shot-body'],
  [
    'a one-shot body with a key',
    { method: 'POST', oneShotBody: true, idempotencyKey: 'k' },
    { status: 503 },
    1,
    'one-shot-body',
  ],
  ['POST that fails for good', { method: 'POST' }, { status: 404 }, 1, 'permanent'],
])('%s: %j, %j: %d attempts, %s', async (_what, call, step, attempts, stopReason) => {
  expect(await attemptsOf(step, call)).toEqual({ attempts, stopReason });
});

it('compares the policy’s methods without regard to case', async () => {
  const retry = { backoff: steady, methods: ['post'] };
  expect(await attemptsOf({ status: 503 }, { method: 'Post' }, { retry })).toMatchObject({ attempts: 4 });
  expect(await attemptsOf({ status: 503 }, { method: 'GET' }, { retry })).toMatchObject({
    stopReason: 'not-idempotent',
  });
});

it('lets shouldRetry overrule the verdict, but not what may be repeated', async () => {
  const seen: unknown[] = [];
  const shouldRetry = (attempted: OutcomeInfo, call: unknown) => {
    seen.push({ kind: attempted.kind, attempt: attempted.attempt, durationMs: attempted.durationMs, call });
    return attempted.kind === 'error' || attempted.kind === 'value';
  };
  const options = { retry: { backoff: steady, maxRetries: 1, shouldRetry } };
  expect(
    await attemptsOf({ error: new Error('bug') }, { url: 'https://a.example/x?y', method: 'get' }, options),
  ).toEqual({
    attempts: 2,
    stopReason: 'exhausted',
  });
  expect(seen).toEqual([
    {
      kind: 'error',
      attempt: 1,
      durationMs: 0,
      call: { key: 'https://a.example', method: 'GET', url: 'https://a.example/x?y' },
    },
    {
      kind: 'error',
      attempt: 2,
      durationMs: 0,
      call: { key: 'https://a.example', method: 'GET', url: 'https://a.example/x?y' },
    },
  ]);
  expect(await attemptsOf({ value: 'not yet' }, undefined, options)).toMatchObject({ attempts: 2 });
  expect(await attemptsOf({ status: 503 }, undefined, options)).toEqual({ attempts: 1, stopReason: 'permanent' });
  expect(await attemptsOf({ error: new Error('bug') }, { method: 'POST' }, options)).toMatchObject({ attempts: 1 });
});

it('shows shouldRetry status, headers and a body that is read only when asked for', async () => {
  const { clock, policy } = bench({
    retry: {
      backoff: steady,
      shouldRetry: (attempted) => {
        if (attempted.kind !== 'response') return undefined;
        return attempted.status === 200 && attempted.headers['x-state'] === 'pending' && attempted.body() === 'wait';
      },
    },
  });
  let reads = 0;
  const answer = (state: string) => ({
    status: 200,
    headers: { 'X-State': state },
    get body() {
      reads += 1;
      return 'wait';
    },
  });
  const server = scripted([{ value: answer('pending') }, { value: answer('done') }]);
  expect(await outcome(clock, policy.execute(server))).toMatchObject({ headers: { 'X-State': 'done' } });
  expect(server.calls).toHaveLength(2);
  expect(reads).toBeGreaterThan(0);
});

it('counts nothing if isFailure returns false for an error, and a failure if it returns true for an answer', async () => {
  const counts = async (step: FaultStep, isFailure: (o: OutcomeInfo) => boolean | undefined) => {
    const { clock, policy } = bench({ retry: false, breaker: { isFailure } });
    await outcome(clock, policy.execute(scripted([step])));
    return policy.snapshot().keys.default?.breaker?.counts;
  };
  expect(await counts({ error: 'ECONNRESET' }, () => false)).toEqual({ calls: 0, failures: 0, slow: 0 });
  expect(await counts({ status: 500 }, () => false)).toEqual({ calls: 1, failures: 0, slow: 0 });
  expect(await counts({ status: 200 }, () => true)).toEqual({ calls: 1, failures: 1, slow: 0 });
  expect(await counts({ value: 'error page' }, ({ kind }) => kind === 'value')).toEqual({
    calls: 1,
    failures: 1,
    slow: 0,
  });
  expect(await counts({ error: new Error('bug') }, () => true)).toEqual({ calls: 1, failures: 1, slow: 0 });
  expect(await counts({ status: 500 }, () => undefined)).toEqual({ calls: 1, failures: 1, slow: 0 });
});

it.each([
  ['throws', throwing(new Error('oops')), 'threw Error'],
  ['throws a string', throwing('oops'), 'threw string'],
  ['throws something else', throwing({ a: 1 }), 'threw object'],
  ['returns a promise', () => Promise.resolve(true), 'must return a boolean or undefined'],
  ['returns a promise that fails', () => Promise.reject(new Error('late')), 'must return a boolean or undefined'],
  ['returns a string', () => 'yes', 'must return a boolean or undefined'],
])('continues without a predicate that %s', async (_what, predicate, message) => {
  const hook = predicate as unknown as () => boolean;
  const { clock, policy, told } = bench({
    retry: { backoff: steady, maxRetries: 1, shouldRetry: hook },
    breaker: { isFailure: hook },
  });
  const error = networkError();
  expect(
    await outcome(
      clock,
      policy.execute(() => Promise.reject(error)),
    ),
  ).toBe(error);
  expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
  expect(told('hookError')).toEqual([
    { hook: 'shouldRetry', message },
    { hook: 'isFailure', message },
    { hook: 'shouldRetry', message },
    { hook: 'isFailure', message },
  ]);
});

it('begins no wait that would end after maxElapsedMs', async () => {
  const { clock, policy } = bench({ retry: { backoff: steady, maxRetries: 9, maxElapsedMs: 350 }, breaker: false });
  const server = scripted([{ status: 503, delayMs: 60 }], { clock });
  const answer = await outcome(clock, policy.execute(server));
  expect(server.calls.map(({ atMs }) => atMs)).toEqual([0, 160, 320]);
  expect(reportOf(answer)).toEqual({
    attempts: 3,
    retries: 2,
    elapsedMs: 380,
    waitedMs: 200,
    key: 'default',
    stopReason: 'elapsed',
    delaysMs: [100, 100],
  });
});

it('has no such bound at Infinity', async () => {
  const retry = { backoff: { ...steady, baseMs: 1e6, maxMs: 1e6 }, maxElapsedMs: Number.POSITIVE_INFINITY };
  const { clock, policy } = bench({ retry });
  const server = scripted([{ status: 503 }, { status: 503 }, { status: 503 }, { value: 'fine' }]);
  expect(await outcome(clock, policy.execute(server))).toBe('fine');
  expect(clock.now()).toBe(3e6);
});

it('passes the backoff its retry, the delay before, if it is throttled, and a random source', async () => {
  const inputs: object[] = [];
  const backoff = (input: object) => {
    inputs.push({ ...input, random: (input as { random(): number }).random() });
    return inputs.length * 10;
  };
  const { clock, policy } = bench({ retry: { backoff }, coolDown: false });
  const server = scripted([{ status: 429 }, { status: 503 }, { value: 1 }]);
  await outcome(clock, policy.execute(server));
  expect(inputs).toEqual([
    { retry: 1, previousMs: undefined, throttled: true, random: 0.5 },
    { retry: 2, previousMs: 10, throttled: false, random: 0.5 },
  ]);
  expect(server.calls.map(({ context }) => context.attempt)).toEqual([1, 2, 3]);
});

it.each<[unknown, number]>([
  [-5, 0],
  [0, 0],
  [0.4, 0],
  [Number.NEGATIVE_INFINITY, 0],
  [7, 7],
  [Number.NaN, 50],
  [undefined, 50],
  ['9', 50],
])('waits for a sane time whatever a custom backoff returns: %p, %d ms', async (answer, waitedMs) => {
  const { clock, policy } = bench({ retry: { backoff: () => answer as number, maxRetries: 1 } });
  const error = networkError();
  await outcome(
    clock,
    policy.execute(() => Promise.reject(error)),
  );
  expect(reportOf(error)).toMatchObject({ attempts: 2, waitedMs, delaysMs: [waitedMs] });
});

it('waits for the default time if a custom backoff returns a promise, which may reject', async () => {
  const backoff = () => Promise.reject(new Error('late')) as never;
  const { clock, policy } = bench({ retry: { backoff, maxRetries: 1 } });
  const error = networkError();
  await outcome(
    clock,
    policy.execute(() => Promise.reject(error)),
  );
  expect(reportOf(error)).toMatchObject({ attempts: 2, delaysMs: [50] });
});

it.each([2 ** 31, 1e300, Number.POSITIVE_INFINITY])('never sets a timer that would overflow: %p', async (answer) => {
  const { clock, policy } = bench({
    retry: { backoff: () => answer, maxRetries: 1, maxElapsedMs: Number.POSITIVE_INFINITY },
  });
  const error = networkError();
  await outcome(
    clock,
    policy.execute(() => Promise.reject(error)),
  );
  expect(reportOf(error)).toMatchObject({ attempts: 2, delaysMs: [2 ** 31 - 1] });
  expect(clock.now()).toBe(2 ** 31 - 1);
});
