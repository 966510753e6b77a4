import { describe, expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { isCoolDown, isLimited } from '../src/outcome/errors.js';
import type { Policy } from '../src/policy/policy-port.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, throttledBench, watch } from './policy-fixture.js';

const busy = { status: 503, headers: {} };
const throttled = { status: 429, headers: { 'retry-after': '20' } };

const releases: [string, (policy: Policy) => void][] = [
  ['close()', (policy) => policy.close()],
  ["setMode('off')", (policy) => policy.setMode('off')],
  ["setMode('observe')", (policy) => policy.setMode('observe')],
];

/** A key in a cool-down of 20 s. */
async function cooling(options: PolicyOptions = {}) {
  const made = await throttledBench({ retry: false, breaker: false, ...options });
  await made.policy.execute(() => throttled);
  return made;
}

describe.each(releases)('%s', (name, release) => {
  it('ends a wait for a retry at once, with the answer that the call has', async () => {
    const { clock, policy } = bench();
    const server = scripted([{ status: 503 }]);
    const call = watch(policy.execute(server));
    await clock.settle();
    expect([call.state, clock.pending]).toEqual(['pending', 1]);

    release(policy);
    await clock.settle();

    expect(call).toMatchObject({ state: 'value', value: { status: 503 } });
    expect([server.calls.length, clock.pending]).toEqual([1, 0]);
    expect(reportOf(call.value)).toMatchObject({ attempts: 1, stopReason: 'disabled' });
  });

  it('ends a wait in a cool-down at once', async () => {
    const { clock, policy } = await cooling();
    const call = watch(policy.execute(() => 'fine'));
    await clock.settle();
    expect(call.state).toBe('pending');

    release(policy);
    await clock.settle();

    if (name === 'close()') expect(isCoolDown(call.value)).toBe(true);
    else expect(call).toEqual({ state: 'value', value: 'fine' });
    expect(clock.pending).toBe(0);
  });

  it('ends a wait for a slot at once', async () => {
    const { clock, policy } = bench({ limit: { kind: 'fixed', concurrency: 1, queue: 5, maxQueueMs: 5_000 } });
    const holder = watch(policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve('held'), 1_000))));
    const call = watch(policy.execute(() => 'fine'));
    await clock.settle();
    expect(call.state).toBe('pending');

    release(policy);
    await clock.settle();

    if (name === 'close()') expect(isLimited(call.value)).toBe(true);
    else expect(call).toEqual({ state: 'value', value: 'fine' });
    await clock.runAll();
    expect(holder.value).toBe('held');
  });

  it('leaves no timer or listener', async () => {
    const { clock, policy } = bench();
    const calls = [1, 2, 3].map(() => watch(policy.execute(() => busy)));
    await clock.settle();
    release(policy);
    await clock.settle();

    expect(calls.map(({ state }) => state)).toEqual(['value', 'value', 'value']);
    expect(clock.pending).toBe(0);
    expect(policy.snapshot().keys.default?.inFlight ?? 0).toBe(0);
  });
});

it('lets calls wait again that begin after the policy was closed', async () => {
  const { clock, policy } = bench();
  policy.close();
  const server = scripted([{ status: 503 }, { value: 'fine' }]);
  const call = watch(policy.execute(server));
  await clock.runAll();
  expect([call.value, server.calls.length]).toEqual(['fine', 2]);
});

it('continues a call with a mode of its own when the policy is switched off', async () => {
  const { clock, policy } = bench();
  const server = scripted([{ status: 503 }, { value: 'fine' }]);
  const call = watch(policy.execute(server, { mode: 'enforce' }));
  await clock.settle();
  policy.setMode('off');
  await clock.settle();
  expect(call.state).toBe('pending');
  await clock.runAll();
  expect([call.value, server.calls.length]).toEqual(['fine', 2]);
});

it.each(releases)('%s lets a call whose attempt is under way end as usual', async (_what, release) => {
  const { clock, policy } = bench();
  let attempts = 0;
  const call = watch(
    policy.execute(() => {
      attempts += 1;
      return new Promise((resolve) => clock.schedule(() => resolve(busy), 10));
    }),
  );
  await clock.settle();
  release(policy);
  await clock.runAll();

  expect(call.value).toBe(busy);
  expect(attempts).toBe(4);
});
