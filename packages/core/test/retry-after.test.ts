import { expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, outcome, steady, throttledBench, watch } from './policy-fixture.js';

/** Returns the wait before the retry, or why there is none. The draw is 0.5: half of the spread. */
async function waitAfter(status: number, headers: Record<string, string>, options: PolicyOptions = {}) {
  const { clock, policy } = bench({ coolDown: false, ...options });
  const server = scripted([{ status, headers }, { value: { status: 200, headers: {} } }]);
  const report = reportOf(await outcome(clock, policy.execute(server)));
  return report?.stopReason === 'success' ? report.waitedMs : report?.stopReason;
}

it.each([
  ['seconds', '2', 2_100],
  ['zero seconds', '0', 105],
  ['an IMF date', 'Thu, 01 Jan 2026 00:00:04 GMT', 4_200],
  ['an RFC 850 date', 'Thursday, 01-Jan-26 00:00:04 GMT', 4_200],
  ['an asctime date', 'Thu Jan  1 00:00:04 2026', 4_200],
  ['a date in the past', 'Thu, 01 Jan 2015 00:00:00 GMT', 105],
])('obeys a Retry-After of %s, and adds up to a tenth', async (_form, value, waitedMs) => {
  expect(await waitAfter(503, { 'retry-after': value })).toBe(waitedMs);
});

it('obeys retry-after-ms', async () => {
  expect(await waitAfter(503, { 'retry-after-ms': '1500' })).toBe(1_575);
});

it('obeys it on any answer that is retried, and on a 429', async () => {
  expect(await waitAfter(500, { 'Retry-After': '2' })).toBe(2_100);
  expect(await waitAfter(429, { 'RETRY-AFTER': '2' })).toBe(2_100);
});

it('waits for the backoff if that is longer, spread likewise', async () => {
  const backoff = { ...steady, baseMs: 5_000, throttledBaseMs: 5_000 };
  expect(await waitAfter(503, { 'retry-after': '2' }, { retry: { backoff } })).toBe(5_250);
});

it.each(['-1', '1.5', 'soon', '', 'Thu, 32 Jan 2026 00:00:04 GMT', '2026-01-01T00:00:04Z'])(
  'ignores a malformed hint: %p',
  async (value) => {
    expect(await waitAfter(503, { 'retry-after': value })).toBe(100);
  },
);

it('ignores it and does not hold the key if respectRetryAfter is false', async () => {
  const options = { retry: { backoff: steady, respectRetryAfter: false }, coolDown: {} };
  expect(await waitAfter(503, { 'retry-after': '20' }, options)).toBe(100);
});

it.each([
  ['maxElapsedMs', { retry: { backoff: steady, maxElapsedMs: 1_999 } }],
  ['the deadline', { timeouts: { totalMs: 1_999 } }],
])('ends the call at once with the answer if the hint does not fit %s', async (_what, options) => {
  const { clock, policy } = bench({ coolDown: false, ...options });
  const first = { status: 503, headers: { 'retry-after': '2' } };
  const answer = await outcome(
    clock,
    policy.execute(() => first),
  );
  expect(answer).toBe(first);
  expect(reportOf(answer)).toMatchObject({ stopReason: 'retry-after', attempts: 1, elapsedMs: 0 });
});

it('shortens the spread if the hint only just fits', async () => {
  expect(await waitAfter(503, { 'retry-after': '2' }, { retry: { backoff: steady, maxElapsedMs: 2_000 } })).toBe(2_000);
});

it('waits for the key’s cool-down too if another call starts one before the retry or during its wait', async () => {
  const { clock, policy } = await throttledBench();
  const busy = () => ({ status: 429, headers: { 'retry-after': '3' } });
  const slow = scripted([{ error: 'ECONNRESET', delayMs: 10 }, { value: 'fine' }], { clock });
  const quick = scripted([{ error: 'ECONNRESET' }, { value: 'fine' }], { clock });
  const calls = [watch(policy.execute(slow)), watch(policy.execute(quick))];
  await clock.settle();
  await policy.execute(busy, { maxRetries: 0 });
  await clock.runAll();
  expect(calls.map(({ value }) => value)).toEqual(['fine', 'fine']);
  expect([slow, quick].map((server) => server.calls[1]?.atMs)).toEqual([3_150, 4_150]);
});

it('ends at once if the key’s cool-down, started by another call, does not fit', async () => {
  const { clock, policy } = await throttledBench();
  const failing = scripted([{ status: 500, delayMs: 10 }], { clock });
  const call = watch(policy.execute(failing));
  await clock.settle();
  await policy.execute(() => ({ status: 429, headers: { 'retry-after': '60' } }), { maxRetries: 0 });
  await clock.runAll();
  expect(reportOf(call.value)).toMatchObject({ attempts: 1, stopReason: 'cool-down', elapsedMs: 10, delaysMs: [] });
});

it('reports the wait for the key’s cool-down as the retry’s own', async () => {
  const { clock, policy } = await throttledBench();
  const failing = scripted([{ error: 'ECONNRESET', delayMs: 10 }, { value: { status: 200, headers: {} } }], { clock });
  const call = watch(policy.execute(failing));
  await clock.settle();
  await policy.execute(() => ({ status: 429, headers: { 'retry-after': '3' } }), { maxRetries: 0 });
  await clock.runAll();
  expect(reportOf(call.value)).toMatchObject({ delaysMs: [3_140] });
});
