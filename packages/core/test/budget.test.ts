import { expect, it } from '@jest/globals';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, outcome } from './policy-fixture.js';

const scarce = { budget: { ratio: 0, minRetriesPerSecond: 1, windowMs: 2_000 }, breaker: false } as const;

it('ends a call with its own answer when the key’s budget is empty', async () => {
  const { clock, policy } = bench(scarce);
  const server = scripted([{ status: 503 }]);
  const answer = await outcome(clock, policy.execute(server));
  expect(server.calls).toHaveLength(3);
  expect(answer).toMatchObject({ status: 503 });
  expect(reportOf(answer)).toMatchObject({ attempts: 3, stopReason: 'budget' });
});

it('is shared by all calls of a key, and separate for each key', async () => {
  const { clock, policy } = bench(scarce);
  const attempts = async (key: string) => {
    const server = scripted([{ status: 503 }]);
    await outcome(clock, policy.execute(server, { key }));
    return server.calls.length;
  };
  expect([await attempts('a'), await attempts('a'), await attempts('b')]).toEqual([3, 1, 3]);
});

it('fills up with calls and with time', async () => {
  const { clock, policy } = bench({ ...scarce, budget: { ratio: 0.5, minRetriesPerSecond: 0, windowMs: 2_000 } });
  const left = () => policy.snapshot().keys.default?.budget?.available;
  await policy.execute(() => 1);
  expect(left()).toBe(0.5);
  await policy.execute(() => 1);
  expect(left()).toBe(1);
  await outcome(clock, policy.execute(scripted([{ status: 503 }, { value: 1 }])));
  expect(left()).toBe(0.5);
  await clock.advance(2_000);
  expect(left()).toBe(0);
});

it('emits one event when it has run out, and one when it has refused nothing for a window', async () => {
  const { clock, policy, told } = bench(scarce);
  for (let call = 0; call < 3; call += 1) await outcome(clock, policy.execute(scripted([{ status: 503 }])));
  expect(told('budget')).toEqual([{ state: 'exhausted' }]);
  await clock.advance(2_000);
  await outcome(clock, policy.execute(scripted([{ status: 503 }, { value: 1 }])));
  expect(told('budget')).toEqual([{ state: 'exhausted' }, { state: 'available' }]);
});

it('emits one event for a shortage, even if a busy key gets a retry every few calls', async () => {
  const budget = { ratio: 0.2, minRetriesPerSecond: 1, windowMs: 2_000 };
  const { clock, policy, told } = bench({ budget, breaker: false, coolDown: false, retry: { maxRetries: 1 } });
  for (let call = 0; call < 300; call += 1) {
    await policy.execute(() => 'fine');
    await outcome(clock, policy.execute(scripted([{ status: 503 }])));
    await clock.advance(10);
  }
  expect(told('retry').length).toBeGreaterThan(20);
  expect(told('budget')).toEqual([{ state: 'exhausted' }]);
});

it('emits that it is available again even if no retry is needed any more', async () => {
  const { clock, policy, told } = bench(scarce);
  for (let call = 0; call < 3; call += 1) await outcome(clock, policy.execute(scripted([{ status: 503 }])));
  await clock.advance(1_999);
  await policy.execute(() => 'fine');
  expect(told('budget')).toEqual([{ state: 'exhausted' }]);
  await clock.advance(1);
  await policy.execute(() => 'fine');
  await policy.execute(() => 'fine');
  expect(told('budget')).toEqual([{ state: 'exhausted' }, { state: 'available' }]);
});

it('is not charged for a retry that something else forbids', async () => {
  const { clock, policy } = bench(scarce);
  const left = () => policy.snapshot().keys.default?.budget?.available;
  await outcome(clock, policy.execute(scripted([{ status: 503 }]), { method: 'POST' }));
  await outcome(clock, policy.execute(scripted([{ status: 503 }]), { maxRetries: 0 }));
  await outcome(clock, policy.execute(scripted([{ status: 404 }])));
  await outcome(clock, policy.execute(scripted([{ status: 503 }]), { timeouts: { totalMs: 50 } }));
  expect(left()).toBe(2);
});

it('limits nothing if it is switched off', async () => {
  const { clock, policy } = bench({ budget: false, breaker: false });
  for (let call = 0; call < 200; call += 1) {
    const server = scripted([{ status: 503 }]);
    await outcome(clock, policy.execute(server, { maxRetries: 1 }));
    expect(server.calls).toHaveLength(2);
  }
});

it('sends no retries to a busy server that fails for everyone', async () => {
  const { clock, policy } = bench({ budget: { minRetriesPerSecond: 0 }, breaker: false });
  let attempts = 0;
  const fail = () => {
    attempts += 1;
    return { status: 503, headers: {} };
  };
  const calls = Array.from({ length: 1_000 }, () => policy.execute(fail));
  await clock.runAll(10_000);
  await Promise.all(calls);
  expect(attempts).toBe(1_000);
});
