import { expect, it } from '@jest/globals';
import { isCircuitOpen, isDeadlineExceeded, isLimited } from '../src/outcome/errors.js';
import { errorOutcome, valueOutcome } from '../src/outcome/outcome.js';
import { createPolicy } from '../src/policy.js';
import type { Session } from '../src/session/session.js';
import { memoryStore } from '../src/store/memory-store.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { ManualClock } from '../src/testing/manual-clock.js';
import { bench, networkError, outcome, steady, throttle, throttledBench, watch } from './policy-fixture.js';

const tripping = { consecutiveFailures: 1, probes: 1, successesToClose: 2 } as const;
const fail = () => Promise.reject(networkError());

async function permitOf(session: Session) {
  const admission = await session.admit();
  if (!admission.admitted) throw new Error(`refused: ${admission.stopReason}`);
  return admission.permit;
}

it('counts calls, attempts, retries and the calls that a retry saved', async () => {
  const { clock, policy } = bench({ breaker: false });
  await policy.execute(() => 1);
  await outcome(clock, policy.execute(scripted([{ status: 503 }, { status: 503 }, { value: 1 }])));
  await outcome(clock, policy.execute(scripted([{ status: 503 }]), { maxRetries: 1 }));
  const counts = { calls: 3, attempts: 6, retries: 3, saved: 1, rejected: 0, wouldRetry: 0, wouldReject: 0 };
  expect(policy.snapshot()).toMatchObject({ totals: counts, keys: { default: counts } });
});

it('counts what an observed call would have done, without saving any', async () => {
  const { policy, told } = bench({ mode: 'observe', breaker: { ...tripping, consecutiveFailures: 2 } });
  for (let call = 0; call < 2; call += 1) await policy.execute(fail).catch(() => {});
  await policy.execute(() => 1);
  const counts = { calls: 3, attempts: 3, retries: 0, saved: 0, rejected: 0, wouldRetry: 1, wouldReject: 1 };
  expect(policy.snapshot()).toMatchObject({ totals: counts, keys: { default: counts } });
  expect(told('wouldReject')).toMatchObject([{ reason: 'circuit-open', retryAfterMs: 1_050 }]);
});

it('reports a wait that is still going on', async () => {
  const { clock, policy } = bench();
  const session = policy.begin();
  session.settle(await permitOf(session), errorOutcome(networkError()));
  const waited = session.wait(100);
  await clock.advance(60);
  expect(session.report()).toMatchObject({ waitedMs: 60, elapsedMs: 60 });
  await clock.runAll();
  await waited;
  session.end();
});

it('reports that a call was given up, but not if the policy was switched off meanwhile', async () => {
  const { clock, policy, told } = bench();
  await outcome(clock, policy.execute(scripted([{ status: 503 }])));
  expect(told('giveUp')).toEqual([{ stopReason: 'exhausted', attempts: 4 }]);
  const call = watch(policy.execute(scripted([{ status: 503 }])));
  await clock.settle();
  policy.setMode('off');
  await clock.settle();
  expect(reportOf(call.value)).toMatchObject({ stopReason: 'disabled' });
  expect(told('giveUp')).toHaveLength(1);
});

it('is not held by the cool-down of a policy with the same store if its own is switched off', async () => {
  const shared = {
    name: 'p',
    store: memoryStore(),
    clock: new ManualClock({ startMs: -2_000 }),
    retry: false,
  } as const;
  const { clock } = shared;
  const holding = createPolicy({ ...shared, mode: 'enforce' });
  const free = createPolicy({ ...shared, mode: 'enforce', coolDown: false });
  await throttle(holding);
  await clock.advance(2_000);
  await holding.execute(() => ({ status: 429, headers: { 'retry-after': '20' } }));
  const held = watch(holding.execute(() => 'late'));
  expect(await free.execute(() => 'at once')).toBe('at once');
  await clock.settle();
  expect(held.state).toBe('pending');
  await clock.runAll();
});

it('ends with its deadline if a slot comes too late, and with the limit if none comes', async () => {
  const { clock, policy } = bench({ limit: { kind: 'fixed', concurrency: 1, queue: 5, maxQueueMs: 500 } });
  const hold = (ms: number) => policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve(1), ms)));
  const held = watch(hold(2_000));
  const late = watch(policy.execute(() => 1, { timeouts: { totalMs: 300 } }));
  const limited = watch(policy.execute(() => 1));
  await clock.runAll();
  expect(held.value).toBe(1);
  expect([late, limited].map(({ value }) => [isDeadlineExceeded(value), isLimited(value)])).toEqual([
    [expect.any(Boolean), expect.any(Boolean)],
    [false, true],
  ]);
  expect(late.state).toBe('error');
});

it('releases a probe that finds no slot', async () => {
  const limit = { kind: 'fixed', concurrency: 2, queue: 0 } as const;
  const { clock, policy } = bench({ breaker: tripping, retry: false, limit });
  const holder = policy.begin();
  const permit = await permitOf(holder);
  await policy.execute(fail).catch(() => {});
  policy.update({ limit: { kind: 'fixed', concurrency: 1, queue: 0 } });
  await clock.advance(1_050);
  expect(isLimited(await policy.execute(() => 1).catch((error: unknown) => error))).toBe(true);
  holder.settle(permit, valueOutcome(1));
  holder.end();
  const probe = policy.begin();
  const out = await permitOf(probe);
  const beside = await policy.execute(() => 1).catch((error: unknown) => error);
  expect(isCircuitOpen(beside) || isLimited(beside)).toBe(true);
  probe.settle(out, valueOutcome(1));
  probe.end();
  expect(policy.breaker('default').state).toBe('half-open');
});

it('releases its slot, and waits, if the key begins to cool down while it waits for a slot', async () => {
  const limit = { kind: 'fixed', concurrency: 1, queue: 5, maxQueueMs: 60_000 } as const;
  const { clock, policy } = await throttledBench({ limit, retry: false, breaker: false });
  const hint = { status: 429, headers: { 'retry-after': '20' } };
  const throttled = watch(policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve(hint), 100))));
  const waiting = watch(policy.execute(() => 'served'));
  await clock.advance(100);
  expect(throttled.value).toBe(hint);
  expect(waiting.state).toBe('pending');
  expect(policy.snapshot().keys.default?.limit).toMatchObject({ inFlight: 0, waiting: 0 });
  await clock.advance(19_900);
  expect(waiting.state).toBe('pending');
  await clock.runAll();
  expect(waiting.value).toBe('served');
});

it('lets a retry wait for a slot under an adaptive limit, and refuses a new call at once', async () => {
  const { clock, policy } = bench({
    breaker: false,
    budget: false,
    limit: { kind: 'adaptive', minConcurrency: 1 },
    retry: { backoff: steady, maxRetries: 1 },
  });
  const burst = Array.from({ length: 20 }, () =>
    watch(policy.execute(scripted([{ status: 503, delayMs: 10 }], { clock }), { maxRetries: 0 })),
  );
  await clock.runAll();
  expect(burst.every(({ state }) => state === 'value')).toBe(true);
  expect(policy.snapshot().keys.default?.limit?.cap).toBe(1);
  const retrying = watch(policy.execute(scripted([{ status: 503 }, { value: 'served' }])));
  await clock.advance(50);
  const holder = watch(policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve('held'), 300))));
  await clock.advance(60);
  expect(isLimited(await policy.execute(() => 1).catch((error: unknown) => error))).toBe(true);
  expect(policy.snapshot().keys.default?.limit).toMatchObject({ inFlight: 1, waiting: 1 });
  await clock.runAll();
  expect([holder.value, retrying.value]).toEqual(['held', 'served']);
});

it('does not begin an attempt if its caller has cancelled or its deadline has passed during a request to the fleet', async () => {
  for (const how of ['cancel', 'deadline'] as const) {
    let grant = (_token: string): void => {};
    const ended: string[] = [];
    const inner = memoryStore();
    const store: typeof inner = {
      attach: (id, watcher, context) => {
        const link = inner.attach(id, watcher, context);
        return {
          state: link.state,
          detach: () => link.detach(),
          probeWaitMs: 1_000,
          acquireProbe: () =>
            new Promise((resolve) => {
              grant = (token) => resolve({ granted: true, token });
            }),
          probeEnded: (token, end) => ended.push(`${token} ${end}`),
        };
      },
    };
    const { clock, policy } = bench({ store, breaker: tripping, retry: false });
    await policy.execute(fail).catch(() => {});
    await clock.advance(1_050);
    const controller = new AbortController();
    let attempts = 0;
    const call = watch(
      policy.execute(() => (attempts += 1), { signal: controller.signal, timeouts: { totalMs: 500 } }),
    );
    await clock.settle();
    if (how === 'cancel') controller.abort(new Error('gone'));
    else await clock.advance(500);
    grant('t');
    await clock.settle();
    await clock.runAll();
    expect([call.state, attempts, ended]).toEqual(['error', 0, ['t released']]);
    if (how === 'deadline') expect(isDeadlineExceeded(call.value)).toBe(true);
    else expect(call.value).toEqual(new Error('gone'));
  }
});
