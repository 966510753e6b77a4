import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import type { HealthSample } from '../src/breaker/state.js';
import type { PolicyOptions } from '../src/options/options.js';
import { isCircuitOpen, isCoolDown, isLimited } from '../src/outcome/errors.js';
import { memoryStore } from '../src/store/memory-store.js';
import type { BreakerStore } from '../src/store/store.js';
import { eventNames } from '../src/telemetry/events.js';
import { digestOf } from '../src/untrusted/failure-digest.js';
import { bench, outcome, watch } from './policy-fixture.js';
import { reachableText } from './reachable.js';

const SECRET = 'hunter2';

/** An error as axios makes it: the request and the answer hang on it, on enumerable and on hidden properties. */
function axiosLike(status: number, headers: Record<string, string> = {}): Error {
  const config = { headers: { authorization: `Bearer ${SECRET}` }, data: `{"card":"${SECRET}"}` };
  const error = Object.assign(new Error(`Request failed: ${SECRET}`), {
    name: 'AxiosError',
    code: 'ERR_BAD_RESPONSE',
    config,
    response: { status, headers: { ...headers, 'set-cookie': SECRET }, data: SECRET, config },
  });
  Object.defineProperty(error, 'hidden', { value: SECRET, enumerable: false });
  Object.defineProperty(error, Symbol('symbol'), { value: { deep: SECRET } });
  return Object.setPrototypeOf(error, Object.assign(Object.create(Error.prototype), { inherited: SECRET }));
}

const failures: [string, () => unknown][] = [
  ['an error of axios', () => Promise.reject(axiosLike(503))],
  ['a network error', () => Promise.reject(Object.assign(new Error(SECRET), { code: 'ECONNRESET', url: SECRET }))],
  ['an answer', () => ({ status: 500, headers: { 'x-token': SECRET }, body: SECRET })],
  [
    'an error whose name and code are data',
    () => Promise.reject(Object.assign(axiosLike(500), { name: `for ${SECRET}`, code: `user:${SECRET} failed` })),
  ],
  [
    'an error behind causes',
    () => Promise.reject(new Error(SECRET, { cause: Object.assign(new Error(SECRET), { code: 'ECONNRESET' }) })),
  ],
];

describe.each(failures)('of %s', (_, fail) => {
  it.each<[string, PolicyOptions]>([
    ['a consecutive rule', { breaker: { consecutiveFailures: 1 } }],
    ['a rate', { breaker: { consecutiveFailures: false, minimumCalls: 1, failureRate: 0.5 } }],
    ['a predicate', { breaker: { consecutiveFailures: 1, isFailure: () => true } }],
  ])(
    'nothing can be reached from the refusal, the events and the snapshot of others after %s',
    async (_rule, options) => {
      const { clock, events, policy } = bench({ ...options, retry: false, store: memoryStore() });
      await outcome(clock, policy.execute(fail as () => Promise<unknown>, { key: 'k' }));

      const refusal = await outcome(
        clock,
        policy.execute(() => 'fine', { key: 'k' }),
      );

      expect(isCircuitOpen(refusal)).toBe(true);
      expect(reachableText(refusal)).not.toContain(SECRET);
      expect(reachableText(events)).not.toContain(SECRET);
      expect(reachableText(policy.snapshot())).not.toContain(SECRET);
    },
  );
});

it('describes by a frozen digest what opened the circuit: in the refusal and in the event', async () => {
  const { clock, policy, told } = bench({ retry: false, breaker: { consecutiveFailures: 1 } });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(axiosLike(503))),
  );
  const refusal = (await outcome(
    clock,
    policy.execute(() => 'fine'),
  )) as Error;

  const digest = { name: 'AxiosError', code: 'ERR_BAD_RESPONSE', status: 503 };
  expect(refusal.cause).toEqual(digest);
  expect(Object.isFrozen(refusal.cause)).toBe(true);
  expect(Object.getPrototypeOf(refusal.cause)).toBe(Object.prototype);
  expect(told('breaker')).toMatchObject([{ to: 'open', failureRate: 1, cause: digest }]);
});

it('names no cause in the events of circuits that close or are opened by hand', async () => {
  const { clock, policy, told } = bench({ retry: false, breaker: { consecutiveFailures: 1, successesToClose: 1 } });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(axiosLike(503))),
  );
  await clock.advance(1_050);
  await policy.execute(() => 'fine');
  policy.breaker('default').open();

  expect(told('breaker').map(({ to, cause }) => [to, cause === undefined])).toEqual([
    ['open', false],
    ['half-open', true],
    ['closed', true],
    ['forced-open', true],
  ]);
});

it('shows nothing of the throttled caller to calls that wait in its cool-down or are refused', async () => {
  const { clock, events, policy } = bench({ coolDown: { maxWaiting: 1 }, retry: false, breaker: false });
  const throttle = () => Promise.reject(axiosLike(429, { 'retry-after': '5' }));
  for (let call = 0; call < 3; call += 1) await outcome(clock, policy.execute(throttle));
  await clock.advance(5_000);
  const calls = [0, 1, 2].map(() => watch(policy.execute(throttle)));
  await clock.settle();
  const others = [0, 1, 2].map(() => watch(policy.execute(() => 'fine')));
  await clock.runAll();

  const refusals = [...calls, ...others].map(({ value }) => value).filter(isCoolDown);
  for (const refusal of refusals) expect(reachableText(refusal)).not.toContain(SECRET);
  expect(reachableText(events)).not.toContain(SECRET);
  expect(reachableText(policy.snapshot())).not.toContain(SECRET);
});

it("shows nothing of the calls that hold a limit's slots to calls that find none", async () => {
  const { clock, events, policy } = bench({ limit: { kind: 'fixed', concurrency: 1, queue: 0 } });
  const holder = watch(policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve(SECRET), 10))));
  const refusal = await policy.execute(() => 'fine').catch((error: unknown) => error);
  await clock.runAll();

  expect(isLimited(refusal)).toBe(true);
  expect(holder.value).toBe(SECRET);
  expect(reachableText([refusal, events, policy.snapshot()])).not.toContain(SECRET);
});

it('passes a store only digests, and nothing of a call', async () => {
  const samples: HealthSample[] = [];
  const inner = memoryStore();
  const store: BreakerStore = {
    attach: (id, watcher, context) => {
      const link = inner.attach(id, watcher, context);
      return {
        state: link.state,
        detach: () => link.detach(),
        outcomeRecorded: (sample) => void samples.push(sample),
        transitioned: (transition) => void samples.push(transition as never),
      };
    },
  };
  const { clock, policy } = bench({ store, retry: false, breaker: { consecutiveFailures: 1 } });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(axiosLike(503))),
  );

  expect(samples[0]).toMatchObject({ failed: true, slow: false, cause: digestOf(axiosLike(503), undefined, 503) });
  expect(reachableText(samples)).not.toContain(SECRET);
});

it('does not quote text that a hook failed to parse', async () => {
  const shouldRetry = () => JSON.parse(SECRET) as boolean;
  const { clock, events, policy, told } = bench({ retry: { shouldRetry } });
  await outcome(
    clock,
    policy.execute(() => ({ status: 200, headers: {}, body: SECRET })),
  );

  expect(told('hookError')).toEqual([{ hook: 'shouldRetry', message: 'threw SyntaxError' }]);
  expect(reachableText(events)).not.toContain(SECRET);
});

it('publishes no data on the diagnostics channels', async () => {
  const heard: unknown[] = [];
  const listener = (message: unknown) => void heard.push(message);
  for (const name of eventNames) subscribe(`breakwater:${name}`, listener);
  const { clock, policy } = bench({ breaker: { consecutiveFailures: 2 } });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(axiosLike(503)), { url: `https://a.example/${SECRET}` }),
  );
  for (const name of eventNames) unsubscribe(`breakwater:${name}`, listener);

  expect(heard.length).toBeGreaterThan(3);
  expect(reachableText(heard)).not.toContain(SECRET);
});

describe('digestOf', () => {
  it.each([
    ['an error', new TypeError('no'), undefined, undefined, { name: 'TypeError', code: undefined, status: undefined }],
    [
      'a code of its own',
      Object.assign(new Error(), { code: 'EPIPE' }),
      undefined,
      502,
      { name: 'Error', code: 'EPIPE', status: 502 },
    ],
    [
      'a better code',
      Object.assign(new Error(), { code: 'ERR_NETWORK' }),
      'ECONNRESET',
      undefined,
      { name: 'Error', code: 'ECONNRESET', status: undefined },
    ],
    [
      'a number for a code',
      { name: 'MongoError', code: 112 },
      undefined,
      undefined,
      { name: 'MongoError', code: '112', status: undefined },
    ],
    ['text', 'secret', undefined, undefined, { name: 'Error', code: undefined, status: undefined }],
    ['nothing', undefined, undefined, Number.NaN, { name: 'Error', code: undefined, status: undefined }],
    ['free text', { name: 'a b', code: 'a b' }, '', 'x', { name: 'Error', code: undefined, status: undefined }],
    [
      'long text',
      { name: 'a'.repeat(65), code: 'b'.repeat(65) },
      undefined,
      1,
      { name: 'Error', code: undefined, status: 1 },
    ],
  ])('reads %s', (_what, failure, code, status, expected) => {
    expect(digestOf(failure, code, status)).toEqual(expected);
  });

  it('reads an error whose getters throw', () => {
    const failure = {
      get name(): string {
        throw new Error('no');
      },
    };
    expect(digestOf(failure, undefined, undefined).name).toBe('Error');
  });
});
