import { expect, it } from '@jest/globals';
import { isAttemptTimeout, isCircuitOpen, isCoolDown, isDeadlineExceeded } from '../src/outcome/errors.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, networkError, outcome, steady, throttledBench, watch } from './policy-fixture.js';

const unavailable = (seconds: number) => ({ status: 503, headers: { 'retry-after': String(seconds) } });

it('checks the mode first: off ignores deadline, cool-down, breaker and timeout', async () => {
  const { clock, policy } = bench({ mode: 'off', timeouts: { attemptMs: 1, totalMs: 1 } });
  policy.breaker('default').open();
  const slow = scripted([{ status: 503, headers: { 'retry-after': '9' }, delayMs: 5_000 }], { clock });
  expect(await outcome(clock, policy.execute(slow))).toMatchObject({ status: 503 });
  expect(slow.calls).toHaveLength(1);
});

it('puts the deadline around the cool-down: a call that would end in it is refused at once', async () => {
  const { clock, policy } = await throttledBench({ retry: false });
  await policy.execute(() => unavailable(5));
  const refused = watch(policy.execute(() => 'late', { timeouts: { totalMs: 4_999 } }));
  await clock.settle();
  expect(isCoolDown(refused.value)).toBe(true);
  expect(clock.now()).toBe(0);
});

it('puts the deadline around the whole retry loop', async () => {
  const { clock, policy } = bench({ timeouts: { totalMs: 250 }, retry: { backoff: steady, maxRetries: 9 } });
  const error = await outcome(clock, policy.execute(scripted([{ hang: true }])));
  expect(isDeadlineExceeded(error)).toBe(true);
  expect(clock.now()).toBe(250);
});

it('checks the cool-down before the breaker', async () => {
  const { clock, policy } = await throttledBench({ retry: false, breaker: { consecutiveFailures: 1, openMs: 100 } });
  await policy.execute(() => unavailable(60));
  expect(policy.breaker('default').state).toBe('open');
  expect(
    isCoolDown(
      await outcome(
        clock,
        policy.execute(() => 'x'),
      ),
    ),
  ).toBe(true);
});

it('holds a call in the cool-down before it takes a probe', async () => {
  const { clock, policy } = await throttledBench({ retry: false, breaker: { consecutiveFailures: 1, openMs: 100 } });
  await policy.execute(() => unavailable(10));
  const held = watch(policy.execute(() => 'fine'));
  await clock.advance(9_000);
  expect([held.state, policy.breaker('default').state]).toEqual(['pending', 'open']);
  await clock.runAll();
  expect(held.value).toBe('fine');
});

it('lets every attempt pass the breaker', async () => {
  const { clock, policy } = bench();
  await outcome(
    clock,
    policy.execute(scripted([{ status: 503 }, { error: 'ECONNRESET' }, { status: 500 }, { value: 1 }])),
  );
  expect(policy.snapshot().keys.default?.breaker?.counts).toEqual({ calls: 4, failures: 3, slow: 0 });
});

it('ends the retry loop when the breaker opens during the call', async () => {
  const { clock, policy } = bench({ breaker: { consecutiveFailures: 2 }, retry: { backoff: steady, maxRetries: 5 } });
  const server = scripted([{ error: 'ECONNRESET' }]);
  const error = await outcome(clock, policy.execute(server));
  expect(server.calls).toHaveLength(2);
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'circuit-open', elapsedMs: 100 });
});

it('ends the retry loop when the breaker opens during the wait', async () => {
  const { clock, policy } = bench();
  const error = networkError();
  const call = watch(policy.execute(() => Promise.reject(error)));
  await clock.advance(50);
  policy.breaker('default').open();
  await clock.runAll();
  expect(call.value).toBe(error);
  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'circuit-open', waitedMs: 100 });
});

it('puts the attempt’s timeout around the attempt alone: no wait counts towards it', async () => {
  const { clock, policy } = await throttledBench({ timeouts: { attemptMs: 60 } });
  await policy.execute(() => unavailable(2), { maxRetries: 0 });
  const server = scripted([{ hang: true }, { value: 'fine', delayMs: 50 }], { clock });
  expect(await outcome(clock, policy.execute(server))).toBe('fine');
  // 2 s and half of a tenth of cool-down, 60 ms of timeout, 100 ms of backoff, 50 ms of answer.
  expect([server.calls[0]?.atMs, server.calls[1]?.atMs, clock.now()]).toEqual([2_100, 2_260, 2_310]);
});

it('gives every attempt a timeout of its own', async () => {
  const { clock, policy, told } = bench({ timeouts: { attemptMs: 60 } });
  const error = await outcome(clock, policy.execute(scripted([{ hang: true }])));
  expect(isAttemptTimeout(error)).toBe(true);
  expect(told('attempt')).toMatchObject(Array.from({ length: 4 }, () => ({ durationMs: 60, verdict: 'transient' })));
  expect(clock.now()).toBe(4 * 60 + 3 * 100);
});

it('lets an operator stop calls that no rule would stop', async () => {
  const { clock, policy } = bench();
  policy.breaker('default').open();
  expect(
    isCircuitOpen(
      await outcome(
        clock,
        policy.execute(() => 'x'),
      ),
    ),
  ).toBe(true);
});
