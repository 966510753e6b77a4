import { expect, it } from '@jest/globals';
import { bench, networkError, outcome, steady } from '../../test/policy-fixture.js';
import { systemClock } from '../host/clock.js';
import { CircuitOpenError } from '../outcome/errors.js';
import { responseOutcome } from '../outcome/outcome.js';
import { createPolicy } from '../policy.js';
import { reportOf } from '../telemetry/report.js';
import { scripted } from '../testing/faults.js';
import type { Permit, Session } from './session.js';

const unavailable = responseOutcome({ status: 503, headers: {}, response: {} });

async function admitted(session: Session): Promise<Permit> {
  const admission = await session.admit();
  if (!admission.admitted) throw new Error(`refused: ${admission.stopReason}`);
  return admission.permit;
}

it('makes the decisions for a driver of another loop: admit, settle, wait, admit, settle, end', async () => {
  const { clock, policy, told } = bench();
  const session = policy.begin({ key: 'k', method: 'get' });
  expect(session.settle(await admitted(session), unavailable)).toEqual({ retry: true, delayMs: 100 });
  const waited = session.wait(100);
  await clock.runAll();
  await waited;
  const second = await admitted(session);
  expect(second.attempt).toBe(2);
  expect(session.settle(second, { kind: 'value', value: 1 })).toEqual({ retry: false, stopReason: 'success' });
  session.end();
  expect(session.report()).toMatchObject({ attempts: 2, waitedMs: 100, stopReason: 'success', key: 'k' });
  expect(told('call')).toHaveLength(1);
});

it('decides at once if it need not wait', () => {
  const { policy } = bench();
  const session = policy.begin();
  expect(session.admit()).toMatchObject({ admitted: true });
  session.end();
});

it('releases open permits when it is concluded', async () => {
  const { policy } = bench({ limit: { kind: 'fixed', concurrency: 1 } });
  const session = policy.begin();
  await admitted(session);
  session.conclude();
  expect(session.report().stopReason).toBe('cancelled');
  expect(policy.snapshot().keys.default).toMatchObject({ inFlight: 0, limit: { inFlight: 0 } });
});

it('does not count an attempt that sent nothing', async () => {
  const { policy, told } = bench();
  const session = policy.begin();
  session.abandon(await admitted(session), 'unused');
  expect(session.attempts).toBe(0);
  session.end();
  expect(told('attempt')).toEqual([]);
  expect(policy.snapshot().keys.default).toMatchObject({ attempts: 0, inFlight: 0, breaker: { counts: { calls: 0 } } });
});

it('plans no retry for a driver that cannot make one', async () => {
  const { policy, told } = bench();
  const session = policy.begin();
  const decision = session.settle(await admitted(session), unavailable, undefined, true);
  expect(decision).toEqual({ retry: false, stopReason: 'disabled' });
  session.end();
  expect(told('retry')).toEqual([]);
});

it('uses the driver’s reason for the end of a call', async () => {
  const { policy } = bench();
  const session = policy.begin();
  session.settle(await admitted(session), { kind: 'value', value: 1 });
  session.end('cancelled');
  expect(session.report().stopReason).toBe('cancelled');
});

it('admits no attempt after its end', async () => {
  const { policy } = bench({ breaker: { consecutiveFailures: 1 } });
  const session = policy.begin();
  session.end();
  await session.admit();
  expect(policy.snapshot().keys.default).toMatchObject({ inFlight: 0, breaker: { state: 'closed' } });
});

it('uses the methods and statuses of a call in place of the policy’s', async () => {
  const { clock, policy } = bench({ breaker: false });
  const attempts = async (status: number, call: object) => {
    const server = scripted([{ status }]);
    await outcome(clock, policy.execute(server, call));
    return server.calls.length;
  };
  expect(await attempts(503, { method: 'POST', methods: ['post'] })).toBe(4);
  expect(await attempts(503, { method: 'GET', methods: ['POST'] })).toBe(1);
  expect(await attempts(404, { statuses: [404] })).toBe(4);
  expect(await attempts(503, { statuses: [] })).toBe(1);
});

it('waits for the default time, with a hookError, if the user’s backoff throws', async () => {
  const backoff = () => {
    throw new Error('no idea');
  };
  const { clock, policy, told } = bench({ retry: { backoff, maxRetries: 1 } });
  const error = networkError();
  expect(
    await outcome(
      clock,
      policy.execute(() => Promise.reject(error)),
    ),
  ).toBe(error);
  expect(reportOf(error)).toMatchObject({ attempts: 2, delaysMs: [50] });
  expect(told('hookError')).toEqual([{ hook: 'backoff', message: 'threw Error' }]);
});

it('does not abort the signal of an attempt that has ended when the caller cancels a later one', async () => {
  const { clock, policy } = bench();
  const controller = new AbortController();
  const signals: AbortSignal[] = [];
  const call = policy.execute(
    ({ attempt, signal }) => {
      signals.push(signal);
      if (attempt === 2) controller.abort('enough');
      return Promise.reject(networkError());
    },
    { signal: controller.signal },
  );
  expect(await outcome(clock, call)).toBe('enough');
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
});

it('needs no options at all, and runs on the host’s clock', async () => {
  const policy = createPolicy();
  expect(policy.name).toBe('default');
  const retried = createPolicy({ retry: { backoff: { ...steady, baseMs: 1 } }, mode: 'enforce' });
  let attempts = 0;
  const answer = await retried.execute(() => {
    attempts += 1;
    return { status: attempts < 3 ? 503 : 200, headers: {} };
  });
  expect(reportOf(answer)).toMatchObject({ attempts: 3, stopReason: 'success' });
  expect(answer.status).toBe(200);
});

it('has a clock that never runs a cancelled task', async () => {
  const ran: string[] = [];
  systemClock.schedule(() => ran.push('cancelled'), 0).cancel();
  await new Promise<void>((resolve) => void systemClock.schedule(resolve, 1));
  expect(ran).toEqual([]);
  expect(systemClock.now()).toBeGreaterThan(0);
});

it('does not touch stack traces if the host does not let them be changed', () => {
  const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false, configurable: true });
  try {
    expect(new CircuitOpenError('k', 5)).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect(Error.stackTraceLimit).toBe(10);
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', own ?? { value: 10, writable: true, configurable: true });
  }
});

const tooLarge = (headers = {}) => responseOutcome({ status: 413, headers, response: {} });

it('retries a 413 with a hint, after the hint, and counts it as an answer of a live server', async () => {
  const { policy } = bench();
  const session = policy.begin({ key: 'k', method: 'PUT' });
  const permit = await admitted(session);
  expect(session.settle(permit, tooLarge({ 'retry-after': '2' }))).toMatchObject({ retry: true, delayMs: 2_100 });
  session.end();
  expect(policy.snapshot().keys.k).toMatchObject({ breaker: { consecutiveFailures: 0 }, coolDown: { remainingMs: 0 } });
});

it.each([
  ['without a hint', {}, {}, {}],
  ['with a hint that is none', {}, {}, { 'retry-after': 'soon' }],
  ['with a hint, if hints are not respected', { retry: { respectRetryAfter: false } }, {}, { 'retry-after': '2' }],
  ['with a hint, if the policy lists other statuses', { retry: { statuses: [503] } }, {}, { 'retry-after': '2' }],
  ['with a hint, if the call lists other statuses', {}, { statuses: [503] }, { 'retry-after': '2' }],
])('does not retry a 413 %s', async (_, options, call, headers) => {
  const { policy } = bench(options);
  const session = policy.begin({ key: 'k', ...call });
  expect(session.settle(await admitted(session), tooLarge(headers))).toEqual({ retry: false, stopReason: 'permanent' });
  session.end();
});

it('retries a 413 that the user lists, with a hint or without', async () => {
  const { policy } = bench({ retry: { statuses: [413] } });
  const session = policy.begin({ key: 'k' });
  expect(session.settle(await admitted(session), tooLarge())).toMatchObject({ retry: true });
  session.end();
});

it.each([
  ['a GET', {}, { method: 'GET' }, true],
  ['a call without a method', {}, {}, true],
  ['a POST', {}, { method: 'POST' }, false],
  ['a POST with a key', {}, { method: 'POST', idempotencyKey: 'order-42' }, true],
  ['a GET that is not idempotent', {}, { method: 'GET', idempotent: false }, false],
  ['a body that can be sent once only', {}, { method: 'GET', oneShotBody: true }, false],
  ['a call without retries', {}, { method: 'GET', maxRetries: 0 }, false],
  ['a policy without retries', { retry: false as const }, { method: 'GET' }, false],
  ['a call that is observed', {}, { method: 'GET', mode: 'observe' as const }, false],
  ['a call that the policy keeps out of', {}, { method: 'GET', mode: 'off' as const }, false],
])('tells whether a call may be repeated: %s', (_, options, call, expected) => {
  const { policy } = bench(options);
  const session = policy.begin(call);
  expect(session.mayRepeat()).toBe(expected);
  session.end();
});

it('passes on the turn of a timed-out retry if its call has ended during the wait', async () => {
  const { policy } = bench({ breaker: false });
  const timedOut = { kind: 'error', error: new Error('late'), code: 'ETIMEDOUT' } as const;
  const sessions = [policy.begin(), policy.begin(), policy.begin()];
  for (const session of sessions) session.settle(await admitted(session), timedOut);
  const [first, second, third] = sessions as [Session, Session, Session];
  const permit = await admitted(first);
  const waiting = second.admit();
  const next = admitted(third);
  second.end();
  first.settle(permit, { kind: 'value', value: 1 });
  await waiting;
  expect((await next).attempt).toBe(2);
  for (const session of sessions) session.end();
});

it('waits for the turn of a timed-out retry at most as long as its attempt took', async () => {
  const { clock, policy } = bench({ breaker: false });
  const timedOut = { kind: 'error', error: new Error('late'), code: 'ETIMEDOUT' } as const;
  const sessions = [policy.begin(), policy.begin()] as const;
  const permits = await Promise.all(sessions.map(admitted));
  await clock.advance(300);
  for (const [index, session] of sessions.entries()) session.settle(permits[index] as Permit, timedOut);
  const [first, second] = sessions;
  await admitted(first);
  let end: unknown;
  void Promise.resolve(second.admit()).then((admission) => {
    end = admission;
  });
  await clock.advance(299);
  expect(end).toBeUndefined();
  await clock.advance(1);
  expect(end).toMatchObject({ admitted: false, stopReason: 'budget' });
  for (const session of sessions) session.end();
});
