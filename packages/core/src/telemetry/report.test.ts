import { expect, it, jest } from '@jest/globals';
import { bench, networkError, outcome, steady, throttledBench, watch } from '../../test/policy-fixture.js';
import type { PolicyOptions } from '../options/options.js';
import type { CallOptions } from '../session/call-options.js';
import { type FaultStep, scripted } from '../testing/faults.js';
import { type CallReport, keepReport, reportOf, type StopReason } from './report.js';

const unavailable = { status: 503, headers: { 'retry-after': '5' } };

const cases: Partial<Record<StopReason, readonly [PolicyOptions, readonly FaultStep[], CallOptions]>> = {
  success: [{}, [{ status: 200 }], {}],
  permanent: [{}, [{ status: 404 }], {}],
  'not-idempotent': [{}, [{ status: 503 }], { method: 'POST' }],
  'one-shot-body': [{}, [{ status: 503 }], { oneShotBody: true }],
  exhausted: [{}, [{ status: 503 }], {}],
  budget: [{ budget: { ratio: 0, minRetriesPerSecond: 0 } }, [{ status: 503 }], {}],
  elapsed: [{ retry: { backoff: steady, maxElapsedMs: 50 } }, [{ status: 503 }], {}],
  deadline: [{ timeouts: { totalMs: 50 } }, [{ status: 503 }], {}],
  'retry-after': [{ timeouts: { totalMs: 200 } }, [unavailable], {}],
  'circuit-open': [{ breaker: { consecutiveFailures: 1 } }, [{ status: 503 }], {}],
  disabled: [{ retry: false }, [{ status: 503 }], {}],
};

it.each(Object.entries(cases))('gives the stop reason %s with what the call ended with', async (stopReason, given) => {
  const [options, steps, call] = given;
  const { clock, policy } = bench(options);
  expect(reportOf(await outcome(clock, policy.execute(scripted(steps), call)))).toMatchObject({ stopReason });
});

it('gives the stop reason cool-down with the refusal, and with the answer before it', async () => {
  const { clock, policy } = await throttledBench({ timeouts: { totalMs: 1_000 } });
  const server = scripted([{ status: 500 }], { clock });
  const call = watch(policy.execute(server));
  await clock.settle();
  await policy.execute(() => unavailable, { maxRetries: 0 });
  expect(reportOf(await outcome(clock, policy.execute(server)))).toMatchObject({
    attempts: 0,
    stopReason: 'cool-down',
  });
  await clock.runAll();
  expect(call.value).toMatchObject({ status: 500 });
  expect(reportOf(call.value)).toMatchObject({ attempts: 1, stopReason: 'cool-down' });
});

it('gives the stop reason cancelled with the caller’s own reason', async () => {
  const { clock, policy } = bench();
  const controller = new AbortController();
  const call = watch(policy.execute(scripted([{ status: 503 }]), { signal: controller.signal }));
  await clock.advance(130);
  const reason = new Error('enough');
  controller.abort(reason);
  await clock.settle();
  expect(call.value).toBe(reason);
  expect(reportOf(reason)).toEqual({
    attempts: 2,
    retries: 1,
    elapsedMs: 130,
    waitedMs: 130,
    key: 'default',
    stopReason: 'cancelled',
    delaysMs: [100, 100],
  });
});

it('sums up a call: attempts, retries, times, key and decided waits', async () => {
  const { clock, policy } = bench();
  const server = scripted(
    [{ status: 503, delayMs: 7 }, { status: 503, headers: { 'retry-after': '1' } }, { status: 200 }],
    {
      clock,
    },
  );
  const answer = await outcome(clock, policy.execute(server, { url: 'https://api.example.com/a?b' }));
  const report = reportOf(answer);
  expect(report).toEqual({
    attempts: 3,
    retries: 2,
    elapsedMs: 1_157,
    waitedMs: 1_150,
    key: 'https://api.example.com',
    stopReason: 'success',
    delaysMs: [100, 1_050],
  });
  expect(Object.isFrozen(report) && Object.isFrozen(report?.delaysMs)).toBe(true);
});

it('is kept in a side table: nothing is added to the answer', async () => {
  const { policy } = bench();
  const answer = await policy.execute(() => ({ status: 200, headers: {} }));
  expect(Reflect.ownKeys(answer)).toEqual(['status', 'headers']);
});

it('is found on a response and on the error that it came in', async () => {
  const { clock, policy } = bench({ retry: false });
  const response = { status: 500, headers: {} };
  const error = Object.assign(new Error('Request failed'), { response });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(error)),
  );
  expect(reportOf(error)).toMatchObject({ attempts: 1 });
  expect(reportOf(response)).toBe(reportOf(error));
});

it.each([undefined, null, 5, 'text', {}, new Error('not ours')])('has none for %p', (value) => {
  expect(reportOf(value)).toBeUndefined();
});

it('is kept for a function too, and not for a primitive', () => {
  const report = { attempts: 1 } as CallReport;
  const answer = () => {};
  keepReport(answer, report);
  keepReport('text', report);
  expect(reportOf(answer)).toBe(report);
});

it('is one for the whole process, even if the package is loaded twice', async () => {
  const { policy } = bench();
  const answer = await policy.execute(() => ({ status: 200, headers: {} }));
  await jest.isolateModulesAsync(async () => {
    const again = await import('./report.js');
    expect(again.reportOf).not.toBe(reportOf);
    expect(again.reportOf(answer)).toBe(reportOf(answer));
    expect(again.reportOf(answer)).toMatchObject({ attempts: 1, stopReason: 'success' });
  });
});

it('reads through the cause of another copy’s errors', async () => {
  const { clock, policy } = bench();
  policy.breaker('default').open();
  const error = await outcome(
    clock,
    policy.execute(() => 'x'),
  );
  await jest.isolateModulesAsync(async () => {
    const again = await import('../outcome/errors.js');
    expect(error instanceof again.CircuitOpenError).toBe(false);
    expect(again.isCircuitOpen(new Error('wrapped', { cause: error }))).toBe(true);
  });
});

it('has the elapsed time of a failed call', async () => {
  const { clock, policy } = bench({ retry: false });
  const error = networkError();
  await outcome(clock, policy.execute(scripted([{ error, delayMs: 40 }], { clock })));
  expect(reportOf(error)).toMatchObject({ elapsedMs: 40, waitedMs: 0, retries: 0, delaysMs: [] });
});
