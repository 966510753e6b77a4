import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from '@jest/globals';
import { bench, networkError, outcome, throttledBench, throwing } from '../../test/policy-fixture.js';
import { memoryStore } from '../store/memory-store.js';
import { scripted } from '../testing/faults.js';
import { channelsFor } from './diagnostics.js';
import { EventHub, eventNames, messageOf, type PolicyEvents } from './events.js';

const common = { policy: 'default', key: 'https://a.example', atMs: 1_767_225_600_000 };
const url = 'https://user:secret@a.example/path?token=secret';

it('tells a retried call as attempt, retry, attempt, call', async () => {
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
      },
    ],
  ]);
});

it('tells a failure without a retry as attempt, giveUp, call', async () => {
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
      },
    ],
  ]);
});

it.each([
  [[{ value: 1 }], 'successful-without-retry', 'success'],
  [[{ status: 503 }, { value: 1 }], 'successful-with-retry', 'success'],
  [[{ status: 404 }], 'failed-without-retry', 'failure'],
  [[{ status: 503 }], 'failed-with-retry', 'failure'],
] as const)('tells four kinds of calls apart: %j, %s', async (steps, kind, outcomeKind) => {
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

it('tells a refused call as reject, giveUp, call', async () => {
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
      },
    ],
  ]);
});

it('tells a breaker’s way from closed to open, half-open and closed', async () => {
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

it('tells cool-down, budget, wouldRetry and wouldReject each in its shape', async () => {
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

it('tells no payload, header, query or credential', async () => {
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

it('gives one frozen object to all listeners, and each listener back its own undo', async () => {
  const { policy } = bench();
  const heard: PolicyEvents['attempt'][] = [];
  const listener = (event: PolicyEvents['attempt']) => void heard.push(event);
  const undo = policy.on('attempt', listener);
  policy.on('attempt', listener);
  await policy.execute(() => 1);
  expect(heard).toHaveLength(2);
  expect(heard[0]).toBe(heard[1]);
  expect(Object.isFrozen(heard[0])).toBe(true);
  undo();
  undo();
  await policy.execute(() => 1);
  expect(heard).toHaveLength(3);
});

it('lets a listener remove itself or another while it is called', async () => {
  const { policy } = bench();
  const heard: string[] = [];
  const undo = policy.on('attempt', () => {
    heard.push('first');
    undo();
    undoSecond();
  });
  const undoSecond = policy.on('attempt', () => void heard.push('second'));
  await policy.execute(() => 1);
  await policy.execute(() => 1);
  expect(heard).toEqual(['first', 'second']);
});

it.each([
  ['throws', throwing(new Error('oops')), 'threw Error'],
  ['rejects', () => Promise.reject(new Error('oops')), 'threw Error'],
  ['throws no error', throwing(undefined), 'threw undefined'],
  [
    'returns a thenable that throws',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: what is tested
      get then() {
        throw new Error('oops');
      },
    }),
    'threw Error',
  ],
])('survives a listener that %s, and reports it', async (_how, listener, message) => {
  const { clock, policy, told } = bench();
  for (const name of eventNames) policy.on(name, listener as () => void);
  expect(await outcome(clock, policy.execute(scripted([{ status: 503 }, { value: 'fine' }])))).toBe('fine');
  expect(told('attempt')).toHaveLength(2);
  expect(told('hookError')[0]).toStrictEqual({ hook: 'listener', message });
});

it.each(['attempts', '', '__proto__', undefined])('refuses a name that is no event: %p', (name) => {
  expect(() => bench().policy.on(name as 'attempt', () => {})).toThrow(RangeError);
});

it('refuses a listener that is no function', () => {
  expect(() => bench().policy.on('attempt', undefined as never)).toThrow(
    new TypeError(`listener of 'attempt' must be a function`),
  );
});

it('publishes each event on the diagnostics channel of its name', async () => {
  const messages: unknown[] = [];
  const hear = (message: unknown, name: string | symbol) => void messages.push([name, message]);
  const channels = eventNames.map((name) => `breakwater:${name}`);
  for (const channel of channels) subscribe(channel, hear);
  try {
    const { clock, policy, events } = bench();
    await outcome(clock, policy.execute(scripted([{ status: 503 }, { status: 200 }]), { url }));
    expect(messages).toEqual(events.map(([name, event]) => [`breakwater:${name}`, event]));
    expect(messages.every((message) => Object.isFrozen((message as [string, object])[1]))).toBe(true);
    messages.length = 0;
    policy.close();
    await policy.execute(() => 1);
    expect(messages).toHaveLength(2);
  } finally {
    for (const channel of channels) unsubscribe(channel, hear);
  }
});

it('works without channels if the host has none', () => {
  const { process: host } = globalThis;
  Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true, writable: true });
  try {
    expect(channelsFor(['attempt'])).toEqual({});
  } finally {
    Object.defineProperty(globalThis, 'process', { value: host, configurable: true, writable: true });
  }
});

it('makes no event without a listener', () => {
  const never = () => {
    throw new Error('asked for the time');
  };
  const hub = new EventHub('p', undefined, never, {});
  expect(hub.topics.attempt.hasListeners).toBe(false);
  hub.emit('budget', 'k', { state: 'exhausted' });
  hub.on('retry', () => {});
  hub.emit('budget', 'k', { state: 'exhausted' });
  expect(hub.topics.retry.hasListeners).toBe(true);
  expect(hub.topics.budget.hasListeners).toBe(false);
});

it('reports no more of an error than its message', () => {
  const cases = [new Error('oops'), 'text', 5, null, { message: 'secret' }];
  expect(cases.map(messageOf)).toEqual(['oops', 'text', 'number', 'object', 'object']);
});

it('hands the events of every policy that shares a breaker the transition that one of them made', () => {
  const store = memoryStore();
  const first = bench({ store });
  const second = bench({ store }, first.clock);
  second.policy.breaker('k');
  expect(second.policy.breaker('k').state).toBe('closed');
  first.policy.breaker('k').open();
  expect([first, second].map(({ told }) => told('breaker').length)).toEqual([1, 1]);
});
