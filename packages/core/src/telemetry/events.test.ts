import { expect, it } from '@jest/globals';
import { bench, networkError, outcome, throttledBench } from '../../test/policy-fixture.js';
import { memoryStore } from '../store/memory-store.js';
import { scripted } from '../testing/faults.js';

const common = { policy: 'default', key: 'https://a.example', atMs: 1_767_225_600_000 };
const url = 'https://user:secret@a.example/path?token=secret';

it('emits for a retried call attempt, retry, attempt, call', async () => {
  const { clock, policy, events } = bench();
  const server = scripted([{ status: 503, delayMs: 7 }, { status: 200 }], { clock });
  await outcome(clock, policy.execute(server, { url }));
  const at = (ms: number) => ({ ...common, atMs: common.atMs + ms });
  expect(events).toStrictEqual([
    ['attempt', { ...at(7), attempt: 1, verdict: 'transient', durationMs: 7, status: 503, code: undefined }],
    ['retry', { ...at(7), retry: 1, delayMs: 100, reason: 'transient' }],
    ['attempt', { ...at(107), attempt: 2, verdict: 'success', durationMs: 0, status: 200, code: undefined }],
    [
      'call',
      {
        ...at(107),
        outcome: 'success',
        kind: 'successful-with-retry',
        stopReason: 'success',
        attempts: 2,
        elapsedMs: 107,
        waitedMs: 100,
        status: 200,
        code: undefined,
      },
    ],
  ]);
});

it('emits for a failure without a retry attempt, giveUp, call', async () => {
  const { clock, policy, events } = bench();
  await outcome(clock, policy.execute(scripted([{ error: 'ECONNRESET' }]), { url, maxRetries: 0 }));
  expect(events).toStrictEqual([
    ['attempt', { ...common, attempt: 1, verdict: 'transient', durationMs: 0, status: undefined, code: 'ECONNRESET' }],
    ['giveUp', { ...common, stopReason: 'exhausted', attempts: 1 }],
    [
      'call',
      {
        ...common,
        outcome: 'failure',
        kind: 'failed-without-retry',
        stopReason: 'exhausted',
        attempts: 1,
        elapsedMs: 0,
        waitedMs: 0,
        status: undefined,
        code: 'ECONNRESET',
      },
    ],
  ]);
});

it.each([
  [[{ value: 1 }], 'successful-without-retry', 'success'],
  [[{ status: 503 }, { value: 1 }], 'successful-with-retry', 'success'],
  [[{ status: 404 }], 'failed-without-retry', 'failure'],
  [[{ status: 503 }], 'failed-with-retry', 'failure'],
] as const)('distinguishes four kinds of calls: %j, %s', async (steps, kind, outcomeKind) => {
  const { clock, policy, told } = bench();
  await outcome(clock, policy.execute(scripted(steps)));
  expect(told('call')).toMatchObject([{ kind, outcome: outcomeKind }]);
});

it('emits no giveUp if nothing was given up', async () => {
  const { clock, policy, told } = bench();
  await outcome(clock, policy.execute(scripted([{ value: 1 }])));
  await outcome(clock, policy.execute(scripted([{ status: 404 }])));
  await outcome(clock, policy.execute(scripted([{ value: 1 }]), { signal: AbortSignal.abort() }));
  expect(told('giveUp')).toEqual([]);
  expect(told('call')).toMatchObject([
    { outcome: 'success' },
    { outcome: 'failure' },
    { outcome: 'cancelled', attempts: 0 },
  ]);
});

it('emits for a refused call reject, giveUp, call', async () => {
  const { clock, policy, events } = bench();
  policy.breaker(common.key).open();
  await outcome(clock, policy.execute(scripted([{ value: 1 }]), { url }));
  expect(events).toStrictEqual([
    [
      'breaker',
      {
        ...common,
        from: 'closed',
        to: 'forced-open',
        why: 'forced-open',
        counts: { calls: 0, failures: 0, slow: 0 },
        failureRate: 0,
        openForMs: 0,
        cause: undefined,
      },
    ],
    ['reject', { ...common, reason: 'circuit-open', retryAfterMs: undefined }],
    ['giveUp', { ...common, stopReason: 'circuit-open', attempts: 0 }],
    [
      'call',
      {
        ...common,
        outcome: 'failure',
        kind: 'failed-without-retry',
        stopReason: 'circuit-open',
        attempts: 0,
        elapsedMs: 0,
        waitedMs: 0,
        status: undefined,
        code: undefined,
      },
    ],
  ]);
});

it('emits a breaker’s changes from closed to open, half-open and closed', async () => {
  const { clock, policy, told } = bench({ retry: false, breaker: { consecutiveFailures: 2, successesToClose: 1 } });
  for (let call = 0; call < 2; call += 1) await outcome(clock, policy.execute(scripted([{ status: 500 }])));
  await clock.advance(1_050);
  await policy.execute(() => 1);
  const counts = { calls: 0, failures: 0, slow: 0 };
  const nothing = { counts, failureRate: 0, openForMs: 0, cause: undefined };
  expect(told('breaker')).toStrictEqual([
    {
      from: 'closed',
      to: 'open',
      why: 'consecutive-failures',
      counts: { calls: 2, failures: 2, slow: 0 },
      failureRate: 1,
      openForMs: 1_050,
      cause: { name: 'FailedResponseError', code: undefined, status: 500 },
    },
    { from: 'open', to: 'half-open', why: 'open-time-over', ...nothing },
    { from: 'half-open', to: 'closed', why: 'probes-succeeded', ...nothing },
  ]);
});

it('emits cool-down, budget, wouldRetry and wouldReject each in its shape', async () => {
  const { clock, policy, told } = await throttledBench({
    budget: { ratio: 0, minRetriesPerSecond: 0 },
    retry: { respectRetryAfter: true },
  });
  await outcome(
    clock,
    policy.execute(() => ({ status: 429, headers: { 'retry-after': '2' } })),
  );
  expect(told('coolDown')).toStrictEqual([{ remainingMs: 2_000 }]);
  expect(told('budget')).toStrictEqual([{ state: 'exhausted' }]);
  const watching = await throttledBench({ mode: 'observe' });
  await watching.policy.execute(() => ({ status: 429, headers: { 'retry-after': '60' } }), { maxRetries: 1 });
  await watching.policy.execute(() => ({ status: 503, headers: {} }), { key: 'other' });
  await watching.policy.execute(() => 1);
  expect(watching.told('wouldReject')).toStrictEqual([{ reason: 'cool-down', retryAfterMs: 60_000 }]);
  expect(watching.told('wouldRetry')).toStrictEqual([{ retry: 1, delayMs: 100, reason: 'transient' }]);
});

it('contains no payload, header, query or credential', async () => {
  const { clock, policy, events } = bench({ keyOf: () => 'k' });
  const error = Object.assign(networkError(), {
    config: { headers: { authorization: 'secret' } },
    response: undefined,
  });
  const answer = { status: 503, headers: { 'set-cookie': 'secret', 'retry-after': '1' }, body: 'secret' };
  await outcome(clock, policy.execute(scripted([{ error }, { value: answer }]), { url, idempotencyKey: 'secret' }));
  expect(events.length).toBeGreaterThan(5);
  expect(JSON.stringify(events)).not.toContain('secret');
});

it('passes a transition to the events of every policy that shares the breaker', () => {
  const store = memoryStore();
  const first = bench({ store });
  const second = bench({ store }, first.clock);
  second.policy.breaker('k');
  expect(second.policy.breaker('k').state).toBe('closed');
  first.policy.breaker('k').open();
  expect([first, second].map(({ told }) => told('breaker').length)).toEqual([1, 1]);
});
