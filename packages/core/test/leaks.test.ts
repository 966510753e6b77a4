import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { discardBody } from '../src/outcome/discard-body.js';
import { isAttemptTimeout, isDeadlineExceeded } from '../src/outcome/errors.js';
import { responseOutcome } from '../src/outcome/outcome.js';
import type { CallOptions } from '../src/session/call-options.js';
import { memoryStore } from '../src/store/memory-store.js';
import { reportOf } from '../src/telemetry/report.js';
import { type FaultStep, scripted } from '../src/testing/faults.js';
import { abortListeners, bench, networkError, outcome, throttledBench, watch } from './policy-fixture.js';

const everyLimit = { timeouts: { attemptMs: 500, totalMs: 5_000 } };

it.each<[string, readonly FaultStep[], PolicyOptions, CallOptions]>([
  ['a success', [{ value: 1 }], everyLimit, {}],
  ['a retried success', [{ status: 503 }, { value: 1 }], everyLimit, {}],
  ['a permanent failure', [{ error: new Error('bug') }], everyLimit, {}],
  ['retries that were exhausted', [{ error: 'ECONNRESET' }], everyLimit, {}],
  ['attempts that timed out', [{ hang: true }], everyLimit, {}],
  ['a deadline', [{ hang: true }], { timeouts: { totalMs: 300 } }, {}],
  ['a wait for a cool-down', [{ status: 429, headers: { 'retry-after': '1' } }, { value: 1 }], everyLimit, {}],
  ['a refusal', [{ status: 500 }], { ...everyLimit, breaker: { consecutiveFailures: 1 } }, {}],
  ['no retries at all', [{ status: 503 }], { ...everyLimit, retry: false }, {}],
  ['an observed call', [{ status: 503 }], { ...everyLimit, mode: 'observe' }, {}],
  ['a call that is off', [{ status: 503 }], { ...everyLimit, mode: 'off' }, {}],
])('leaves no listener, timer or call after %s', async (_what, steps, options, call) => {
  const { clock, policy } = bench(options);
  const { signal } = new AbortController();
  await outcome(clock, policy.execute(scripted(steps), { ...call, signal }));
  expect(abortListeners(signal)).toBe(0);
  expect(clock.pending).toBe(0);
  expect(policy.snapshot().keys.default?.inFlight ?? 0).toBe(0);
});

it('leaves no listener on the signal of an attempt', async () => {
  const { clock, policy } = bench(everyLimit);
  const signals: AbortSignal[] = [];
  await outcome(
    clock,
    policy.execute(({ signal }) => {
      signals.push(signal);
      return Promise.reject(networkError());
    }),
  );
  expect(signals).toHaveLength(4);
  expect(new Set(signals).size).toBe(4);
  expect(signals.map(abortListeners)).toEqual([0, 0, 0, 0]);
});

it('uses one listener on the caller’s signal, however many attempts there are', async () => {
  const { clock, policy } = await throttledBench(everyLimit);
  const { signal } = new AbortController();
  const seen: number[] = [];
  await outcome(
    clock,
    policy.execute(
      () => {
        seen.push(abortListeners(signal));
        return Promise.reject(networkError());
      },
      { signal },
    ),
  );
  expect(seen).toEqual([1, 1, 1, 1]);
});

const reason = new Error('the caller has gone');

/** Runs until the phase is reached, cancels there, and returns the result. */
async function cancelIn(options: PolicyOptions, steps: readonly FaultStep[], afterMs: number, busyKey = false) {
  const made = busyKey ? await throttledBench(options) : bench(options);
  const { clock, policy } = made;
  if (busyKey) await policy.execute(() => ({ status: 429, headers: { 'retry-after': '9' } }), { maxRetries: 0 });
  const controller = new AbortController();
  const server = scripted(steps, { clock });
  const call = watch(policy.execute(server, { signal: controller.signal }));
  await clock.advance(afterMs);
  controller.abort(reason);
  await clock.settle();
  return { ...made, call, server, signal: controller.signal };
}

it.each<[string, PolicyOptions, readonly FaultStep[], number, boolean, number]>([
  ['the first attempt', {}, [{ hang: true }], 10, false, 1],
  ['the wait for a retry', {}, [{ status: 503 }], 50, false, 1],
  ['a later attempt', {}, [{ status: 503 }, { hang: true }], 150, false, 2],
  ['a cool-down', {}, [{ value: 1 }], 1_000, true, 0],
  ['an attempt with all limits', everyLimit, [{ hang: true }], 10, false, 1],
])(
  'ends with the caller’s own reason, at once, when cancelled in %s',
  async (_phase, options, steps, afterMs, busy, n) => {
    const { clock, policy, call, server, signal } = await cancelIn(options, steps, afterMs, busy);
    expect(call).toEqual({ state: 'error', value: reason });
    expect(server.calls).toHaveLength(n);
    expect([clock.pending, abortListeners(signal)]).toEqual([0, 0]);
    expect(policy.snapshot().keys.default?.inFlight).toBe(0);
    expect(reportOf(reason)).toMatchObject({ stopReason: 'cancelled', attempts: n });
  },
);

it('makes no attempt for a caller that has cancelled before', async () => {
  const { clock, policy } = bench();
  const server = scripted([{ value: 1 }]);
  expect(await outcome(clock, policy.execute(server, { signal: AbortSignal.abort(reason) }))).toBe(reason);
  expect(server.calls).toHaveLength(0);
});

it('ends at once when cancelled even if the function ignores its signal', async () => {
  const { clock, policy } = bench();
  const controller = new AbortController();
  const call = watch(policy.execute(() => new Promise(() => {}), { signal: controller.signal }));
  controller.abort(reason);
  await clock.settle();
  expect(call.value).toBe(reason);
});

it('counts a cancelled attempt neither for nor against the server, and never retries it', async () => {
  const { policy, told } = await cancelIn({}, [{ hang: true }], 10);
  expect(policy.snapshot().keys.default?.breaker?.counts).toEqual({ calls: 0, failures: 0, slow: 0 });
  expect(told('attempt')).toMatchObject([{ verdict: 'cancelled' }]);
  expect(told('retry')).toEqual([]);
});

it('releases a cancelled probe', async () => {
  const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 1 } });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(networkError())),
  );
  await clock.advance(1_050);
  const controller = new AbortController();
  const probe = watch(policy.execute(scripted([{ hang: true }]), { signal: controller.signal }));
  await clock.settle();
  controller.abort(reason);
  await clock.settle();
  expect([probe.value, policy.breaker('default').state]).toEqual([reason, 'half-open']);
  expect(await policy.execute(() => 'fine')).toBe('fine');
});

it('does not count an error caused by a caller’s cancel as a failure', async () => {
  const { clock, policy } = bench();
  const controller = new AbortController();
  const call = watch(
    policy.execute(
      () => {
        controller.abort(reason);
        throw networkError();
      },
      { signal: controller.signal },
    ),
  );
  await clock.runAll();
  expect(call.value).toBe(reason);
  expect(policy.snapshot().keys.default?.breaker?.counts.failures).toBe(0);
});

it.each([
  ['deadline', { totalMs: 100 }, isDeadlineExceeded],
  ['attempt’s timeout', { attemptMs: 100 }, isAttemptTimeout],
])('causes no unhandled rejection when a function fails long after the %s', async (_which, timeouts, is) => {
  const { clock, policy } = bench({ timeouts, retry: false });
  const error = await outcome(
    clock,
    policy.execute(() => new Promise((_resolve, reject) => clock.schedule(() => reject(networkError()), 1_000))),
  );
  expect(is(error)).toBe(true);
  await clock.runAll();
});

function nodeAnswer(status: number) {
  const body = new Readable({ read() {} });
  return { status, headers: {}, body };
}

it('destroys a discarded Node stream before the wait, and not the last answer’s', async () => {
  const { clock, policy } = bench();
  const answers = [nodeAnswer(503), nodeAnswer(503), nodeAnswer(200)];
  const call = watch(policy.execute(({ attempt }) => answers[attempt - 1]));
  await clock.settle();
  expect(answers.map(({ body }) => body.destroyed)).toEqual([true, false, false]);
  await clock.runAll();
  expect(call.value).toBe(answers[2]);
  expect(answers.map(({ body }) => body.destroyed)).toEqual([true, true, false]);
});

it('does not touch the body of a failed last answer', async () => {
  const { clock, policy } = bench();
  const answers = [nodeAnswer(503), nodeAnswer(503)];
  await outcome(
    clock,
    policy.execute(({ attempt }) => answers[attempt - 1], { maxRetries: 1 }),
  );
  expect(answers.map(({ body }) => body.destroyed)).toEqual([true, false]);
});

it('cancels a discarded web stream before the wait', async () => {
  const { clock, policy } = bench();
  let cancelled = 0;
  const body = new ReadableStream({
    cancel: () => {
      cancelled += 1;
    },
  });
  const call = watch(policy.execute(({ attempt }) => (attempt === 1 ? { status: 503, headers: {}, body } : 'fine')));
  await clock.settle();
  expect(cancelled).toBe(1);
  await clock.runAll();
  expect(call.value).toBe('fine');
});

it('destroys the stream of an answer that came in an error', async () => {
  const { clock, policy } = bench();
  const { body: data, ...rest } = nodeAnswer(503);
  const error = Object.assign(new Error('Request failed'), { response: { ...rest, data } });
  const call = watch(policy.execute(({ attempt }) => (attempt === 1 ? Promise.reject(error) : 'fine')));
  await clock.settle();
  expect(data.destroyed).toBe(true);
  await clock.runAll();
  expect(call.value).toBe('fine');
});

it('destroys the stream of an answer that comes as a value after the call has ended', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 100 } });
  const body = new Readable({ read() {} });
  const response = { status: 500, headers: {}, body };
  const late = () => new Promise((resolve) => clock.schedule(() => resolve(response), 1_000));
  await outcome(clock, policy.execute(late));
  await clock.runAll();
  expect(body.destroyed).toBe(true);
});

it('destroys the stream of an answer that comes in an error after the call has ended', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 100 } });
  const body = new Readable({ read() {} });
  const response = { status: 500, headers: {}, body };
  const late = () =>
    new Promise((_resolve, reject) => clock.schedule(() => reject(Object.assign(new Error(), { response })), 1_000));
  await outcome(clock, policy.execute(late));
  await clock.runAll();
  expect(body.destroyed).toBe(true);
});

it('discards what it can and never throws', async () => {
  const destroyed = {
    on: () => {},
    destroy: () => {
      throw new Error('already gone');
    },
  };
  const locked = {
    locked: true,
    cancel: () => {
      throw new Error('locked');
    },
  };
  const rejecting = { locked: false, cancel: () => Promise.reject(new Error('no')) };
  const guarded = {
    get body() {
      throw new Error('consumed');
    },
  };
  const socket = {
    destroy: () => {
      throw new Error('no stream');
    },
  };
  for (const part of [destroyed, locked, rejecting, guarded, socket, null, undefined, 'text', 5]) {
    expect(() => discardBody(part)).not.toThrow();
    expect(() => discardBody({ body: part, data: part })).not.toThrow();
  }
  await new Promise((resolve) => setImmediate(resolve));
});

it('handles the error of a destroyed stream', async () => {
  const stream = new Readable({ read() {}, destroy: (_error, done) => done(new Error('aborted')) });
  discardBody(stream);
  await new Promise((resolve) => setImmediate(resolve));
  expect(stream.destroyed).toBe(true);
});

it('releases a permit that was neither settled nor abandoned when its session ends, once', async () => {
  const { policy, told } = bench({ breaker: { consecutiveFailures: 1 }, retry: false });
  const session = policy.begin({ key: 'k' });
  const admission = await session.admit();
  if (!admission.admitted) throw new Error('must be admitted');
  session.end();
  session.end();
  const report = session.report();
  expect(session.report()).toEqual(report);
  expect(report).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
  expect(session.settle(admission.permit, { kind: 'error', error: 'x', code: 'ECONNRESET' })).toMatchObject({
    retry: false,
  });
  expect(policy.breaker('k').state).toBe('closed');
  expect(told('call')).toHaveLength(1);
});

it('settles a permit once: a later result changes nothing', async () => {
  const { policy } = bench({ breaker: { consecutiveFailures: 2 }, retry: false });
  const session = policy.begin();
  const admission = await session.admit();
  if (!admission.admitted) throw new Error('must be admitted');
  const failure = { kind: 'error', error: 'x', code: 'ECONNRESET' } as const;
  const decision = session.settle(admission.permit, failure);
  expect(session.settle(admission.permit, failure)).toBe(decision);
  expect(session.abandon(admission.permit, 'cancelled')).toBe(decision);
  session.end();
  expect(policy.snapshot().keys.default?.breaker?.counts).toEqual({ calls: 1, failures: 1, slow: 0 });
});

it('releases an attempt’s permit when the next begins without its result', async () => {
  const { policy } = bench({ retry: false });
  const session = policy.begin();
  await session.admit();
  await session.admit();
  expect(session.attempts).toBe(2);
  session.end();
  expect(policy.snapshot().keys.default).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
});

it('counts an attempt that hung through most of the deadline as a failure, and a short one as neither', async () => {
  const failures = async (steps: readonly FaultStep[]) => {
    const { clock, policy } = bench({ timeouts: { totalMs: 1_000 }, store: memoryStore() });
    await outcome(clock, policy.execute(scripted(steps, { clock })));
    return policy.snapshot().keys.default?.breaker?.counts.failures;
  };
  expect(await failures([{ hang: true }])).toBe(1);
  expect(await failures([{ status: 503, delayMs: 800 }, { hang: true }])).toBe(1);
});

it('retries nothing for a driver whose caller cancelled while the answer came', async () => {
  const { policy } = bench();
  const controller = new AbortController();
  const session = policy.begin({ signal: controller.signal });
  const admission = await session.admit();
  if (!admission.admitted) throw new Error('must be admitted');
  controller.abort(reason);
  const answer = responseOutcome({ status: 503, headers: {}, response: {} });
  expect(session.settle(admission.permit, answer)).toEqual({ retry: false, stopReason: 'cancelled' });
  session.end();
});
