import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { ManualClock, scripted } from '@breakwater/core/testing';
import { expect, it } from '@jest/globals';
import { measureEvents } from './measure-events.js';
import { Series } from './series.js';

type Measured = readonly [name: string, value: number, attributes: Readonly<Record<string, unknown>>];

function bench(options: PolicyOptions = {}) {
  const clock = new ManualClock();
  const backoff = { kind: 'constant', baseMs: 100, throttledBaseMs: 100, jitter: 'none' } as const;
  const policy = createPolicy({ name: 'p', retry: { backoff }, limit: false, clock, random: () => 0.5, ...options });
  const measured: Measured[] = [];
  const note = (
    name: string,
    value: number,
    { 'breakwater.policy': _, 'breakwater.key': __, ...rest }: object & Record<string, unknown>,
  ) => measured.push([name, value, rest]);
  const undo = measureEvents(policy, { add: note, record: note }, new Series());
  const made = (name: string) => measured.filter(([other]) => other === name).map(([, ...rest]) => rest);
  return { clock, policy, measured, made, undo };
}

it('measures a call with a retry: one call, two attempts, one retry, one wait', async () => {
  const { clock, policy, measured } = bench();
  const call = policy.execute(
    scripted(
      [
        { status: 503, delayMs: 20 },
        { status: 200, delayMs: 30 },
      ],
      { clock },
    ),
  );
  await clock.advance(150);
  await call;
  expect(measured).toEqual([
    ['breakwater.attempt.duration', 0.02, { 'breakwater.verdict': 'transient', 'error.type': '503' }],
    ['breakwater.retries', 1, { 'breakwater.retry.reason': 'transient' }],
    ['breakwater.attempt.duration', 0.03, { 'breakwater.verdict': 'success' }],
    ['breakwater.call.duration', 0.15, { 'breakwater.call.result': 'successful_with_retry' }],
    ['breakwater.call.attempts', 2, {}],
    ['breakwater.call.wait', 0.1, {}],
  ]);
});

it.each([
  ['successful_without_retry', [{ status: 200 }], undefined],
  ['failed_without_retry', [{ status: 404 }], '404'],
  ['failed_without_retry', [{ error: 'EACCES' }], 'EACCES'],
  ['failed_with_retry', [{ status: 503 }, { status: 503 }], '503'],
  ['failed_with_retry', [{ status: 503 }, { error: 'ECONNRESET' }], 'ECONNRESET'],
] as const)('names the result %s of %j', async (result, steps, error) => {
  const { clock, policy, made } = bench({ retry: { maxRetries: 1 } });
  const call = policy.execute(scripted(steps, { clock })).catch(() => undefined);
  await clock.advance(30_000);
  await call;
  expect(made('breakwater.call.duration')).toEqual([
    [expect.any(Number), { 'breakwater.call.result': result, ...(error && { 'error.type': error }) }],
  ]);
});

it('measures a cancelled call as cancelled, without an error', async () => {
  const { policy, made } = bench();
  await policy.execute(() => 1, { signal: AbortSignal.abort() }).catch(() => undefined);
  expect(made('breakwater.call.duration')).toEqual([[0, { 'breakwater.call.result': 'cancelled' }]]);
  expect(made('breakwater.call.attempts')).toEqual([]);
});

it('counts a refusal by its reason, and a transition by its states', async () => {
  const { policy, measured } = bench();
  policy.breaker('default').open();
  await policy.execute(() => 1).catch(() => undefined);
  expect(measured).toEqual([
    [
      'breakwater.breaker.transitions',
      1,
      {
        'breakwater.breaker.from': 'closed',
        'breakwater.breaker.to': 'forced-open',
        'breakwater.transition.reason': 'forced-open',
      },
    ],
    ['breakwater.rejections', 1, { 'breakwater.rejection.reason': 'circuit-open' }],
    ['breakwater.call.duration', 0, { 'breakwater.call.result': 'rejected', 'error.type': 'ERR_CIRCUIT_OPEN' }],
  ]);
});

it('names a deadline that passed before any answer', async () => {
  const { clock, policy, made } = bench({ timeouts: { totalMs: 50 } });
  const call = policy.execute(() => new Promise(() => {})).catch(() => undefined);
  await clock.advance(50);
  await call;
  expect(made('breakwater.call.duration')).toEqual([
    [0.05, { 'breakwater.call.result': 'failed_without_retry', 'error.type': 'ERR_DEADLINE_EXCEEDED' }],
  ]);
});

it('measures nothing after its undo', async () => {
  const { policy, measured, undo } = bench();
  undo();
  undo();
  await policy.execute(() => 1);
  policy.breaker('default').open();
  expect(measured).toEqual([]);
});

it('adds the attributes of attributesOf to the metrics of a call', async () => {
  const { clock, policy, measured } = bench({ attributesOf: () => ({ tenant: 'acme' }) });
  const call = policy.execute(scripted([{ status: 503 }, { status: 200 }], { clock }));
  await clock.advance(100);
  await call;
  expect(new Set(measured.map(([, , { tenant }]) => tenant))).toEqual(new Set(['acme']));
});
