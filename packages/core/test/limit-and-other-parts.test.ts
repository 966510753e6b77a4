import { describe, expect, it } from '@jest/globals';
import type { FixedLimitOptions } from '../src/options/limit-options.js';
import { isCircuitOpen, isLimited } from '../src/outcome/errors.js';
import { valueOutcome } from '../src/outcome/outcome.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { adaptive, admitted, busyFor, limitOf, noRetry, one, oneAndQueue } from './limit-fixture.js';
import { abortListeners, type Bench, bench, throttledBench, watch } from './policy-fixture.js';

describe('with the other parts', () => {
  it('a refused call is no failure for the breaker and costs no budget', async () => {
    const made = bench({ limit: one, budget: { ratio: 0, minRetriesPerSecond: 1 }, breaker: { minimumCalls: 1 } });
    const { clock, policy } = made;
    const slow = watch(policy.execute(busyFor(made, 50)));
    await clock.settle();
    const before = policy.snapshot().keys.default;
    const refused = Array.from({ length: 50 }, () => watch(policy.execute(() => 'never')));
    await clock.settle();
    expect(refused.every(({ value }) => isLimited(value))).toBe(true);
    const { breaker, budget, retries } = policy.snapshot().keys.default ?? {};
    expect({ breaker, budget, retries }).toEqual({ breaker: before?.breaker, budget: before?.budget, retries: 0 });
    await clock.runAll();
    expect(slow.value).toBe('fine');
    expect(policy.breaker('default').state).toBe('closed');
  });

  it('the last real answer is the result if a retry finds no slot', async () => {
    const made = bench({ limit: one });
    const { clock, policy, told } = made;
    const first = { status: 503, headers: {} };
    const retrying = watch(
      policy.execute(scripted([{ error: Object.assign(new Error('busy'), { response: first }) }])),
    );
    await clock.advance(99);
    const slow = watch(policy.execute(busyFor(made, 50)));
    await clock.runAll();
    expect(retrying.value).toMatchObject({ message: 'busy' });
    expect(reportOf(retrying.value)).toMatchObject({ attempts: 1, stopReason: 'limited' });
    expect(told('giveUp')).toEqual([{ stopReason: 'limited', attempts: 1 }]);
    expect(slow.value).toBe('fine');
  });

  it('a caller that cancels while waiting gets the reason, and no listener is left', async () => {
    const made = bench({ limit: oneAndQueue });
    const { clock, policy, told } = made;
    const slow = watch(policy.execute(busyFor(made, 50)));
    const controller = new AbortController();
    const waiting = watch(policy.execute(() => 'never', { signal: controller.signal }));
    await clock.advance(10);
    controller.abort('enough');
    await clock.settle();
    expect(waiting).toEqual({ state: 'error', value: 'enough' });
    expect(limitOf(made)).toEqual({ inFlight: 1, waiting: 0, cap: 1 });
    expect([clock.pending, abortListeners(controller.signal)]).toEqual([1, 0]);
    expect(told('reject')).toEqual([]);
    expect(told('call').map(({ stopReason }) => stopReason)).toEqual(['cancelled']);
    await clock.runAll();
    expect([slow.value, limitOf(made)?.inFlight]).toEqual(['fine', 0]);
  });

  it('a caller that cancels at the moment at which the slot comes releases it', async () => {
    const made = bench({ limit: oneAndQueue });
    const first = made.policy.begin();
    const permit = admitted(first.admit());
    const controller = new AbortController();
    const server = busyFor(made, 0);
    const waiting = watch(made.policy.execute(server, { signal: controller.signal }));
    first.settle(permit, valueOutcome('fine'));
    controller.abort('enough');
    first.end();
    await made.clock.settle();
    expect(server.calls).toEqual([]);
    expect(waiting).toEqual({ state: 'error', value: 'enough' });
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
  });

  it('no attempt waits for a slot beyond the deadline', async () => {
    const made = bench({ limit: oneAndQueue });
    const { clock, policy } = made;
    const slow = watch(policy.execute(busyFor(made, 80)));
    const waiting = watch(policy.execute(() => 'never', { timeouts: { totalMs: 30 } }));
    await clock.advance(30);
    expect(waiting.state).toBe('error');
    expect(isLimited(waiting.value)).toBe(true);
    expect(limitOf(made)).toEqual({ inFlight: 1, waiting: 0, cap: 1 });
    await clock.runAll();
    expect(slow.value).toBe('fine');
  });

  it('an attempt that waits for a slot while the breaker opens is refused by the breaker', async () => {
    const made = bench({ limit: oneAndQueue, breaker: { consecutiveFailures: 1 } });
    const { clock, policy, told } = made;
    const failing = watch(policy.execute(scripted([{ status: 500, delayMs: 50 }], { clock }), noRetry));
    const waiting = [1, 2].map(() => watch(policy.execute(() => 'never')));
    await clock.advance(50);
    expect(failing.value).toMatchObject({ status: 500 });
    expect(waiting.map(({ value }) => isCircuitOpen(value))).toEqual([true, true]);
    expect(told('reject').map(({ reason }) => reason)).toEqual(['circuit-open', 'circuit-open']);
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
  });

  /** Half-open with two probes allowed, of which one is under way and holds the one place. */
  async function halfOpenAndFull(limit: FixedLimitOptions): Promise<Bench> {
    const made = bench({ limit, breaker: { consecutiveFailures: 1, probes: 2 } });
    const { clock, policy } = made;
    await policy.execute(() => ({ status: 500, headers: {} }), noRetry);
    await clock.advance(2_000);
    watch(policy.execute(busyFor(made, 1_000)));
    expect(policy.breaker('default').state).toBe('half-open');
    return made;
  }

  it('a probe that is refused a slot releases its lease', async () => {
    const { clock, policy } = await halfOpenAndFull(one);
    const probes = [1, 2, 3].map(() => watch(policy.execute(() => 'never')));
    await clock.settle();
    expect(probes.map(({ value }) => isLimited(value))).toEqual([true, true, true]);
    await clock.runAll();
    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(policy.breaker('default').state).toBe('closed');
  });

  it('a probe that waits for a slot keeps its lease', async () => {
    const { clock, policy } = await halfOpenAndFull({ ...oneAndQueue, maxQueueMs: 5_000 });
    const probe = watch(policy.execute(() => 'probe'));
    const other = watch(policy.execute(() => 'never'));
    await clock.settle();
    expect([probe.state, isCircuitOpen(other.value)]).toEqual(['pending', true]);
    await clock.runAll();
    expect([probe.value, policy.breaker('default').state]).toEqual(['probe', 'closed']);
  });

  it('a probe that ends before it gets a slot releases its lease', async () => {
    const { clock, policy } = await halfOpenAndFull(oneAndQueue);
    const controller = new AbortController();
    const gone = watch(policy.execute(() => 'never', { signal: controller.signal }));
    await clock.settle();
    controller.abort('enough');
    await clock.settle();
    const late = watch(policy.execute(() => 'never'));
    await clock.advance(100);
    const next = watch(policy.execute(() => 'never'));
    await clock.settle();
    expect([gone.value, isLimited(late.value), next.state]).toEqual(['enough', true, 'pending']);
    await clock.runAll();
    expect(isLimited(next.value)).toBe(true);
  });

  it('a call that waits for the end of a cool-down holds no slot', async () => {
    const made = bench({ limit: one });
    const { clock, policy } = made;
    await policy.execute(() => ({ status: 429, headers: { 'retry-after': '2' } }), noRetry);
    const waiting = watch(policy.execute(() => 'fine'));
    await clock.settle();
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
    await clock.runAll();
    expect(waiting.value).toBe('fine');
  });

  it('calls that a cool-down has held come back one after the other, and none is refused', async () => {
    const made = await throttledBench({
      limit: { kind: 'adaptive' },
      retry: { maxElapsedMs: 120_000 },
      random: () => 0,
    });
    const { clock, policy } = made;
    await policy.execute(() => ({ status: 429, headers: { 'retry-after': '2' } }), noRetry);
    const server = busyFor(made, 10);
    const held = Array.from({ length: 60 }, () => watch(policy.execute(server)));
    await clock.runAll();
    expect(held.map(({ value }) => value)).toEqual(held.map(() => 'fine'));
    expect(server.calls.slice(0, 3).map(({ atMs }) => atMs)).toEqual([2_000, 3_000, 4_000]);
  });

  it('an attempt that waits for a slot when a cool-down begins waits for its end as well', async () => {
    const made = await throttledBench({ limit: { ...oneAndQueue, maxQueueMs: 10_000 } });
    const { clock, policy } = made;
    const throttled = scripted([{ status: 429, headers: { 'retry-after': '2' }, delayMs: 50 }], { clock });
    const seen = watch(policy.execute(throttled, noRetry));
    const server = busyFor(made, 10);
    const waiting = [1, 2].map(() => watch(policy.execute(server)));
    await clock.runAll();
    expect(seen.value).toMatchObject({ status: 429 });
    expect(waiting.map(({ value }) => value)).toEqual(['fine', 'fine']);
    for (const { atMs } of server.calls) expect(atMs).toBeGreaterThanOrEqual(2_050);
  });
});

describe('the breaker counts against', () => {
  const overloaded = [{ error: 'ETIMEDOUT', delayMs: 250 }] as const;

  async function failures(made: Bench, step: Parameters<typeof scripted>[0], parallel: number): Promise<unknown> {
    const { clock, policy } = made;
    const server = scripted(step, { clock });
    for (const call of Array.from({ length: parallel }, () => policy.execute(server, noRetry))) watch(call);
    await clock.runAll();
    return policy.snapshot().keys.default?.breaker?.counts.failures;
  }

  const patient = { consecutiveFailures: false, failureRate: false } as const;

  it('the server for overload, whatever the load', async () => {
    expect(await failures(bench({ limit: adaptive, breaker: patient }), overloaded, 50)).toBe(50);
    expect(await failures(bench({ limit: adaptive, breaker: patient }), [{ status: 503, delayMs: 10 }], 50)).toBe(50);
    expect(await failures(bench({ limit: adaptive, breaker: patient }), overloaded, 4)).toBe(4);
    const made = bench({ limit: adaptive });
    for (let call = 0; call < 10; call += 1) await failures(made, overloaded, 1);
    expect(made.policy.breaker('default').state).toBe('open');
  });

  it.each([
    ['a 500', { status: 500, delayMs: 10 }],
    ['a refused connection', { error: 'ECONNREFUSED', delayMs: 10 }],
  ])('the server for what is no overload, whatever the load: %s', async (_what, step) => {
    expect(await failures(bench({ limit: adaptive, breaker: patient }), [step], 50)).toBe(50);
  });

  it.each([false, { kind: 'fixed', concurrency: 50 }] as const)(
    'the server for everything with limit %p',
    async (limit) => {
      expect(await failures(bench({ limit, breaker: patient }), overloaded, 50)).toBe(50);
    },
  );

  it('the server for everything while the limit only observes what it cannot hold', async () => {
    const made = bench({ limit: adaptive, breaker: patient, mode: 'observe' });
    expect(await failures(made, [{ status: 500, delayMs: 10 }], 50)).toBe(50);
  });
});
