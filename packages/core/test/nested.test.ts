import { describe, expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { isCircuitOpen, isLimited } from '../src/outcome/errors.js';
import type { Policy } from '../src/policy/policy-port.js';
import { bench, networkError, outcome, watch } from './policy-fixture.js';

/** A function that makes a call of its own under the same key before it answers. */
const nesting: [string, (policy: Policy, signal: AbortSignal) => Promise<unknown>][] = [
  ['at once', (policy) => policy.execute(() => 'token')],
  [
    'after a wait',
    async (policy) => {
      await new Promise((resolve) => setImmediate(resolve));
      return policy.execute(async () => 'token');
    },
  ],
  ['two levels deep', (policy) => policy.execute(() => policy.execute(async () => policy.execute(() => 'token')))],
  ['with the attempt\u2019s signal', (policy, signal) => policy.execute(() => 'token', { signal })],
];

async function halfOpen(options: PolicyOptions = {}) {
  const made = bench({ retry: false, breaker: { consecutiveFailures: 1, probes: 1, successesToClose: 2 }, ...options });
  await outcome(
    made.clock,
    made.policy.execute(() => Promise.reject(networkError())),
  );
  await made.clock.advance(made.policy.snapshot().keys.default?.breaker?.openRemainingMs ?? 0);
  return made;
}

describe.each(nesting)('a call within an attempt, made %s,', (_what, inner) => {
  it.each([{}, { timeouts: { attemptMs: 1_000 } }])('needs no probe of its own: %j', async (options) => {
    const { clock, policy } = await halfOpen(options);
    for (const state of ['half-open', 'closed'] as const) {
      const call = watch(policy.execute(async ({ signal }) => [await inner(policy, signal), 'answer']));
      while (call.state === 'pending') await clock.advance(0);
      expect(call.value).toEqual(['token', 'answer']);
      expect(policy.breaker('default').state).toBe(state);
    }
  });

  it('needs no slot of its own', async () => {
    const { clock, policy } = bench({ limit: { kind: 'fixed', concurrency: 1, queue: 0 } });
    const call = watch(policy.execute(async ({ signal }) => [await inner(policy, signal), 'answer']));
    while (call.state === 'pending') await clock.advance(0);
    expect(call.value).toEqual(['token', 'answer']);
    expect(policy.snapshot().keys.default?.limit).toMatchObject({ inFlight: 0, waiting: 0 });
  });
});

it('refuses calls made beside an attempt as before', async () => {
  const half = await halfOpen();
  const probe = watch(half.policy.execute(() => new Promise((resolve) => half.clock.schedule(() => resolve(1), 10))));
  expect(isCircuitOpen(await half.policy.execute(() => 'beside').catch((error: unknown) => error))).toBe(true);
  await half.clock.runAll();
  expect(probe.value).toBe(1);

  const { clock, policy } = bench({ limit: { kind: 'fixed', concurrency: 1, queue: 0 } });
  const holder = watch(policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve(1), 10))));
  expect(isLimited(await policy.execute(() => 'beside').catch((error: unknown) => error))).toBe(true);
  await clock.runAll();
  expect(holder.value).toBe(1);
});

it('has no effect on a call that outlives the attempt in which it was begun', async () => {
  const { clock, policy } = bench({ limit: { kind: 'fixed', concurrency: 1, queue: 0 } });
  let goOn = (): void => {};
  const later = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let straggler: Promise<unknown> = Promise.resolve();
  await policy.execute(() => {
    straggler = later.then(() => policy.execute(() => 'late')).catch((error: unknown) => error);
    return 'answer';
  });
  const holder = watch(policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve(1), 10))));
  goOn();
  expect(isLimited(await straggler)).toBe(true);
  await clock.runAll();
  expect(holder.value).toBe(1);
});

it('judges a circuit by the probe alone, not by the calls within it', async () => {
  const { policy } = await halfOpen();
  await policy
    .execute(async () => {
      await policy.execute(() => 'token');
      throw networkError();
    })
    .catch(() => {});
  expect(policy.breaker('default').state).toBe('open');
});

it('keeps working if what is in the globals loses its own properties, as between the suites of jest', () => {
  expect(Reflect.ownKeys(Reflect.get(globalThis, Symbol.for('breakwater.nesting.4')))).toEqual([]);
});
