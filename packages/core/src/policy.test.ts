import { expect, it } from '@jest/globals';
import { bench, networkError, outcome, steady, throttledBench, watch } from '../test/policy-fixture.js';
import { isDeadlineExceeded } from './outcome/errors.js';
import { isPolicy } from './policy/policy-port.js';
import type { CallOptions } from './session/call-options.js';
import { memoryStore } from './store/memory-store.js';
import { reportOf } from './telemetry/report.js';
import { scripted } from './testing/faults.js';

const keys = (policy: { snapshot(): { keys: object } }) => Object.keys(policy.snapshot().keys);

it('uses the URL’s origin as the key, or default if there is none', async () => {
  const { policy } = bench();
  const urls = [
    'https://user:pw@API.example.com:443/a?token=1',
    'http://[::1]:8080/x',
    '/relative',
    'mailto:a@b.example',
  ];
  for (const url of urls) await policy.execute(() => 1, { url });
  await policy.execute(() => 1);
  await policy.execute(() => 1, { method: 'GET' });
  expect(keys(policy).sort()).toEqual(['default', 'http://[::1]:8080', 'https://api.example.com']);
});

it('prefers the call’s own key to the policy’s keyOf, and that to the origin', async () => {
  const asked: unknown[] = [];
  const { policy } = bench({
    keyOf: (call) => {
      asked.push(call);
      return `k:${call.method ?? 'none'}`;
    },
  });
  const url = 'https://a.example/x';
  await policy.execute(() => 1, { key: 'own', url });
  await policy.execute(() => 1, { url, method: 'get' });
  await policy.execute(() => 1);
  expect(keys(policy).sort()).toEqual(['k:GET', 'k:none', 'own']);
  expect(asked).toEqual([
    { key: undefined, method: 'GET', url },
    { key: undefined, method: undefined, url: undefined },
  ]);
});

it.each<[string, () => unknown, string]>([
  [
    'throws',
    () => {
      throw new Error('no host');
    },
    'threw Error',
  ],
  ['gives no string', () => 5, 'must return a non-empty string'],
  ['gives an empty string', () => '', 'must return a non-empty string'],
  ['gives a promise that fails', () => Promise.reject(new Error('late')), 'must return a non-empty string'],
  ['gives nothing', () => undefined, 'must return a non-empty string'],
])('falls back on the origin, with a hookError, if keyOf %s', async (_what, keyOf, message) => {
  const { policy, events } = bench({ keyOf: keyOf as () => string });
  expect(await policy.execute(() => 'fine', { url: 'https://a.example/x' })).toBe('fine');
  expect(keys(policy)).toEqual(['https://a.example']);
  expect(events[0]).toMatchObject(['hookError', { key: 'https://a.example', hook: 'keyOf', message }]);
});

it.each<[object, typeof TypeError | typeof RangeError, string]>([
  [{ retries: 2 }, TypeError, 'call.retries is not an option'],
  [{ maxRetries: -1 }, RangeError, 'call.maxRetries must be an integer >= 0, got -1'],
  [{ key: '' }, TypeError, 'call.key must be a non-empty string, got ""'],
  [{ method: 'GE T' }, TypeError, 'call.method must be an HTTP method, got "GE T"'],
  [{ idempotent: 'yes' }, TypeError, 'call.idempotent must be true, false or a function, got "yes"'],
  [{ idempotencyKey: '' }, TypeError, 'call.idempotencyKey must be a non-empty string, got ""'],
  [{ oneShotBody: 1 }, TypeError, 'call.oneShotBody must be true or false, got 1'],
  [{ signal: {} }, TypeError, 'call.signal must be an AbortSignal, got an object'],
  [{ signal: null }, TypeError, 'call.signal must be an AbortSignal, got null'],
  [{ mode: 'on' }, RangeError, `call.mode must be one of 'enforce', 'observe', 'off', got "on"`],
  [{ exhausted: 'throw' }, RangeError, `call.exhausted must be one of 'rethrow', 'wrap', got "throw"`],
  [{ timeouts: 500 }, TypeError, 'call.timeouts must be an object, got 500'],
])('rejects a call with bad options, without an attempt: %j', async (call, type, message) => {
  const { policy } = bench();
  let attempts = 0;
  const count = () => {
    attempts += 1;
  };
  const promise = policy.execute(count, call as CallOptions);
  await expect(promise).rejects.toThrow(message);
  await expect(promise).rejects.toBeInstanceOf(type);
  expect(attempts).toBe(0);
  expect(policy.snapshot().totals.calls).toBe(0);
});

it.each<[object, RegExp]>([
  [{ attemptMs: -1 }, /timeouts\.attemptMs must be .*, got -1/],
  [{ totalMs: '5' }, /timeouts\.totalMs must be .*, got "5"/],
  [{ total: 5 }, /timeouts\.total is not an option/],
])('rejects a call with bad timeouts, and leaves no key in use: %j', async (timeouts, message) => {
  const { policy } = bench();
  await expect(policy.execute(() => 1, { timeouts } as CallOptions)).rejects.toThrow(message);
  expect(policy.snapshot().keys.default?.inFlight ?? 0).toBe(0);
});

it('accepts a call with less time than its policy’s attempt timeout', async () => {
  const { clock, policy } = bench({ timeouts: { attemptMs: 5_000 } });
  const hanging = () => new Promise(() => {});
  const error = await outcome(clock, policy.execute(hanging, { timeouts: { totalMs: 1_000 } }));
  expect([isDeadlineExceeded(error), clock.now()]).toEqual([true, 1_000]);
});

it.each([undefined, null, 5, {}])('rejects %p as a function', async (fn) => {
  const { policy } = bench();
  await expect(policy.execute(fn as never)).rejects.toThrow(TypeError);
  expect(() => policy.wrap(fn as never)).toThrow(TypeError);
});

it('wraps a function: its arguments are passed on, and each call is separate', async () => {
  const { clock, policy } = bench();
  let attempts = 0;
  const add = policy.wrap(
    async (a: number, b: number) => {
      attempts += 1;
      if (attempts === 1) throw networkError();
      return a + b;
    },
    { key: 'sum' },
  );
  expect(await outcome(clock, add(1, 2))).toBe(3);
  expect(await add(3, 4)).toBe(7);
  expect([attempts, policy.snapshot().keys.sum?.calls]).toEqual([3, 2]);
});

it('calls a wrapped method with its own this', async () => {
  const { policy } = bench();
  const counter = {
    step: 2,
    add: policy.wrap(function (this: { step: number }, n: number) {
      return n + this.step;
    } as (n: number) => number),
  };
  expect(await counter.add(5)).toBe(7);
});

it('rejects invalid call options when wrapping', () => {
  const { policy } = bench();
  expect(() => policy.wrap(() => 1, { maxRetries: -1 })).toThrow('call.maxRetries must be an integer >= 0, got -1');
});

it('returns a synchronous function’s value or error as a promise', async () => {
  const { policy } = bench();
  expect(await policy.execute(() => 5)).toBe(5);
  const bug = new Error('bug');
  await expect(
    policy.execute(() => {
      throw bug;
    }),
  ).rejects.toBe(bug);
});

it('accepts any thenable as an attempt', async () => {
  const { policy } = bench();
  // biome-ignore lint/suspicious/noThenProperty: what is tested
  const thenable = { then: (resolve: (value: string) => void) => resolve('fine') };
  expect(await policy.execute(() => thenable as PromiseLike<string>)).toBe('fine');
  const { signal } = new AbortController();
  expect(await policy.execute(() => thenable as PromiseLike<string>, { signal })).toBe('fine');
});

it('shares one breaker, cool-down and budget between all callers of a key', async () => {
  const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 3 } });
  const fail = () => Promise.reject(networkError());
  await Promise.all(
    [policy.execute(fail), policy.wrap(fail)(), policy.execute(fail)].map((call) => outcome(clock, call)),
  );
  expect(policy.breaker('default').state).toBe('open');
});

it('shares breakers between policies of one name and one store, and separates others', async () => {
  const store = memoryStore();
  const options = { store, retry: false, breaker: { consecutiveFailures: 1 } } as const;
  const first = bench({ ...options, name: 'a' });
  const second = bench({ ...options, name: 'a' }, first.clock);
  const other = bench({ ...options, name: 'b' }, first.clock);
  await outcome(
    first.clock,
    first.policy.execute(() => Promise.reject(networkError())),
  );
  expect([first, second, other].map(({ policy }) => policy.breaker('default').state)).toEqual([
    'open',
    'open',
    'closed',
  ]);
  second.policy.breaker('default').close();
  expect(first.told('breaker')).toMatchObject([{ to: 'open' }, { to: 'closed', why: 'forced-close' }]);
});

it('gives manual control of a breaker by key', async () => {
  const { clock, policy } = bench();
  const control = policy.breaker('k');
  expect([control.key, control.state]).toEqual(['k', 'closed']);
  control.open();
  expect(control.state).toBe('forced-open');
  await clock.advance(1e9);
  expect(control.state).toBe('forced-open');
  control.reset();
  expect(control.state).toBe('closed');
  expect(() => policy.breaker('')).toThrow('key must be a non-empty string, got ""');
});

it('changes nothing when the state is read', async () => {
  const { clock, policy, told } = bench({ breaker: { consecutiveFailures: 1 }, retry: false });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(networkError())),
  );
  await clock.advance(60_000);
  expect(policy.breaker('default').state).toBe('open');
  expect(told('breaker')).toHaveLength(1);
});

it('does nothing by hand if there is no breaker', async () => {
  const { policy } = bench({ breaker: false });
  const control = policy.breaker('k');
  control.open();
  control.close();
  control.reset();
  expect(control.state).toBe('closed');
  expect(await policy.execute(() => 'fine', { key: 'k' })).toBe('fine');
});

it('ends the waits of calls under way when closed, and lets new ones start', async () => {
  const { clock, policy, events } = bench();
  policy.breaker('b').open();
  const call = watch(policy.execute(scripted([{ status: 503 }, { value: 'fine' }])));
  await clock.settle();
  const before = events.length;
  policy.close();
  expect(keys(policy)).toEqual([]);
  await clock.settle();
  expect(call.value).toMatchObject({ status: 503 });
  expect(await policy.execute(() => 'fresh', { key: 'b' })).toBe('fresh');
  expect(events).toHaveLength(before);
  policy.close();
  policy.close();
});

it('releases every key in the store, and the store’s own listeners, when closed', async () => {
  const inner = memoryStore();
  const attached = new Set<string>();
  let listening = 0;
  const { policy } = bench({
    store: {
      attach(id, watcher, context) {
        attached.add(id.key);
        const link = inner.attach(id, watcher, context);
        return {
          ...link,
          detach: () => {
            attached.delete(id.key);
            link.detach();
          },
        };
      },
      onStatus() {
        listening += 1;
        return () => {
          listening -= 1;
        };
      },
    },
  });
  for (const key of ['a', 'b', 'c']) await policy.execute(() => 1, { key });
  expect([[...attached], listening]).toEqual([['a', 'b', 'c'], 1]);
  policy.close();
  expect([[...attached], listening]).toEqual([[], 0]);
});

it('has its name, mode and settings as properties', () => {
  const { policy } = bench({ name: 'billing', retry: { maxRetries: 2, backoff: steady } });
  expect(policy).toMatchObject({ name: 'billing', mode: 'enforce', settings: { retry: { maxRetries: 2 } } });
});

it('has a plain snapshot, which survives JSON', async () => {
  const { clock, policy } = await throttledBench({ breaker: { consecutiveFailures: 1 } }, 'a');
  const { signal } = new AbortController();
  await outcome(
    clock,
    policy.execute(() => ({ status: 429, headers: { 'retry-after': '9' } }), { key: 'a', maxRetries: 0 }),
  );
  await outcome(
    clock,
    policy.execute(() => Promise.reject(networkError()), { key: '__proto__', signal }),
  );
  const open = policy.begin({ key: 'c' });
  const snapshot = policy.snapshot();
  expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  expect(Object.keys(snapshot.keys).sort()).toEqual(['__proto__', 'a', 'c']);
  expect(snapshot).toMatchObject({
    policy: 'default',
    mode: 'enforce',
    atMs: 1_767_225_602_000,
    totals: { calls: 4, attempts: 3, retries: 0, rejected: 0, wouldRetry: 0, wouldReject: 0 },
  });
  expect(snapshot.keys.a).toMatchObject({ calls: 2, coolDown: { remainingMs: 9_000, waiting: 0 }, inFlight: 0 });
  expect(snapshot.keys.c).toMatchObject({ inFlight: 1, budget: { available: 99.8 } });
  open.end();
  expect(policy.snapshot().keys.c?.inFlight).toBe(0);
});

it('omits parts that are switched off from a snapshot', async () => {
  const { policy } = bench({ breaker: false, budget: false, coolDown: false });
  await policy.execute(() => 1);
  const shown = Object.keys(policy.snapshot().keys.default ?? {});
  expect(shown).toContain('inFlight');
  expect(shown.filter((part) => ['breaker', 'budget', 'coolDown'].includes(part))).toEqual([]);
});

it('keeps counting calls of keys that have been forgotten', async () => {
  const { policy } = bench({ maxKeys: 1 });
  for (const key of ['a', 'b', 'c']) await policy.execute(() => 1, { key });
  expect(policy.snapshot().totals.calls).toBe(3);
  expect(keys(policy)).toEqual(['c']);
});

it('gives a call its report, by the key that it had', async () => {
  const { policy } = bench();
  const answer = await policy.execute(() => ({ status: 200, headers: {} }), { key: 'k' });
  expect(reportOf(answer)).toMatchObject({ key: 'k' });
});

it('distinguishes a policy from options, other values and objects that throw when they are read', () => {
  const { policy } = bench();
  const unreadable = new Proxy(
    {},
    {
      get() {
        throw new Error('unreadable');
      },
    },
  );
  const others = [undefined, null, 'policy', 1, {}, { retry: false, name: 'billing' }, policy.settings, unreadable];
  expect(isPolicy(policy)).toBe(true);
  expect(others.filter(isPolicy)).toEqual([]);
});
