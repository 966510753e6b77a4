import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AttemptTimeoutError,
  type CircuitOpenError,
  CoolDownError,
  DeadlineExceededError,
  LimitedError,
  RetryExhaustedError,
} from '../src/outcome/errors.js';
import { createPolicy } from '../src/policy.js';
import { memoryStore } from '../src/store/memory-store.js';
import type { BreakerStore } from '../src/store/store.js';
import { hostileValues } from './hostile.js';
import { bench, networkError, outcome, throwing } from './policy-fixture.js';

/** A store that counts the links that are held. */
function countingStore(): { readonly store: BreakerStore; held: number; most: number } {
  const inner = memoryStore();
  const counted = {
    held: 0,
    most: 0,
    store: {
      attach(id, watcher, context) {
        const link = inner.attach(id, watcher, context);
        counted.held += 1;
        counted.most = Math.max(counted.most, counted.held);
        return {
          state: link.state,
          detach() {
            counted.held -= 1;
            link.detach();
          },
        };
      },
    } satisfies BreakerStore,
  };
  return counted;
}

describe('keys without end', () => {
  it('are no more in memory than maxKeys, however many there were', async () => {
    const counted = countingStore();
    const policy = createPolicy({ mode: 'enforce', maxKeys: 1_000, store: counted.store });
    for (let index = 0; index < 300_000; index += 1) {
      const session = policy.begin({ key: `https://host-${index}.example` });
      session.end();
    }
    const { keys, totals } = policy.snapshot();
    expect(Object.keys(keys)).toHaveLength(1_000);
    expect(totals.calls).toBe(300_000);
    expect(counted).toMatchObject({ held: 1_000, most: 1_000 });
    policy.close();
    expect(counted.held).toBe(0);
    expect(policy.snapshot().keys).toEqual({});
  }, 60_000);

  it('are as few in the store, even if many are read by hand, or are in use for a while', () => {
    const counted = countingStore();
    const policy = createPolicy({ mode: 'enforce', maxKeys: 100, store: counted.store });
    const sessions = Array.from({ length: 5_000 }, (_, index) => policy.begin({ key: `used-${index}` }));
    for (let index = 0; index < 5_000; index += 1) policy.breaker(`read-${index}`).reset();
    for (const session of sessions) session.end();
    for (let index = 0; index < 1_000; index += 1) policy.begin({ key: `new-${index}` }).end();
    expect(counted.held).toBe(100);
    expect(Object.keys(policy.snapshot().keys)).toHaveLength(100);
  });
});

const ODD_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'x'.repeat(1_000_000),
  'a\r\nSet-Cookie: b=c\r\n\r\n',
  '\u001b[2J\u001b]0;owned\u0007',
  'nul\0nul',
  'c1\u009b31m\u0085',
  'bidi\u202ereversed\u2066\ufeff',
  'lines\u2028and\u2029paragraphs',
  '\ud800 half a pair',
  '"}\\',
  ' ',
  '🦆',
];
/** Characters that a log or a terminal would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u061c]|\p{Surrogate}/u;

const named = ODD_KEYS.map((key) => [JSON.stringify(key.slice(0, 30)), key] as const);

it.each(named)('accepts %s as a key: unchanged in data, escaped in messages', async (_shown, key) => {
  const { clock, policy, events } = bench({ breaker: { consecutiveFailures: 1 }, coolDown: {}, retry: false });
  const failure = networkError();
  await outcome(
    clock,
    policy.execute(() => Promise.reject(failure), { key }),
  );
  const refusal = (await outcome(
    clock,
    policy.execute(() => 1, { key }),
  )) as CircuitOpenError;
  const { keys } = policy.snapshot();
  expect(Object.keys(keys)).toEqual([key]);
  expect(Object.getPrototypeOf(keys)).toBe(Object.prototype);
  expect(Object.getOwnPropertyDescriptor(keys, key)?.value).toMatchObject({ calls: 2, rejected: 1 });
  expect(Object.keys(JSON.parse(JSON.stringify(keys)) as object)).toEqual([JSON.parse(JSON.stringify(key))]);
  expect(refusal.key === key && policy.breaker(key).key === key).toBe(true);
  expect(events.every(([, event]) => event.key === key)).toBe(true);
  expect(policy.breaker(`${key}.`).state).toBe('closed');
  expect(Object.hasOwn(Object.prototype, 'calls')).toBe(false);

  const errors = [
    refusal,
    new CoolDownError(key, 5),
    new LimitedError(key, undefined),
    new AttemptTimeoutError(key, 5),
    new DeadlineExceededError(key, 5),
    new RetryExhaustedError(key, 2, failure),
  ];
  for (const error of errors) {
    expect(error.message).not.toMatch(OBEYED);
    expect(error.message.length).toBeLessThan(1_400);
    expect(error.key === key).toBe(true);
  }
});

it('shows ordinary keys unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'abcXYZ019 .:/-_[]{}@?=&%~!') }), (key) => {
      expect(new LimitedError(key, undefined).message).toBe(`too many attempts in flight for "${key}"`);
    }),
  );
});

it('shows any text in one line from which it can be read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (key) => {
      const { message } = new LimitedError(key, undefined);
      expect(OBEYED.test(message)).toBe(false);
      expect(JSON.parse(message.slice(message.indexOf('"')))).toBe(key);
    }),
    { numRuns: 1_000 },
  );
});

it('escapes the name of a policy in descriptions, and keeps it in data', () => {
  const name = 'billing\n\u001b[31mfake line';
  const { text, name: raw } = createPolicy({ name, mode: 'enforce' }).describe();
  expect(text.split('\n')[0]).toBe('Policy "billing\\n\\u001b[31mfake line" (enforce)');
  expect(raw).toBe(name);
});

describe('a keyOf with an invalid result', () => {
  const rejected = (): Promise<string> => Promise.reject(new Error('a promise nobody waits for'));
  const junk: readonly (() => unknown)[] = [
    () => '',
    () => undefined,
    () => null,
    () => Symbol('key'),
    () => 5n,
    () => ({ toString: () => 'key' }),
    () => ['key'],
    rejected,
    () => new Promise(() => {}),
    ...hostileValues().flatMap((value) => [() => value, throwing(value)]),
    throwing(undefined),
    throwing(Object.assign(new Error('x'), { message: { secret: 'not text' } })),
  ];

  it.each(junk.map((keyOf, index) => [index, keyOf] as const))('fails no call: %i', async (_index, keyOf) => {
    const { clock, policy, told } = bench({ keyOf: keyOf as () => string });
    const call = policy.execute(() => 'fine', { url: 'https://user:secret@a.example/path?token=secret' });
    expect(await outcome(clock, call)).toBe('fine');
    expect(Object.keys(policy.snapshot().keys)).toEqual(['https://a.example']);
    expect(told('hookError')).toEqual([{ hook: 'keyOf', message: expect.any(String) }]);
  });
});

describe('the part of a URL after its origin', () => {
  const secret = fc.constantFrom('hunter2', 'hunter2%40', 'h-hunter2');
  const urls = fc
    .tuple(fc.webUrl({ withQueryParameters: true, withFragments: true }), secret, fc.constantFrom('', 'u:', 'hunter2:'))
    .map(([url, password, user]) => {
      const at = url.indexOf('//') + 2;
      const sign = url.includes('?') ? '&' : '?';
      const [before = '', fragment] = url.split('#');
      const fragmentPart = fragment === undefined ? '' : `#${fragment}hunter2`;
      return `${before.slice(0, at)}${user}${password}@${before.slice(at)}${sign}token=hunter2${fragmentPart}`;
    });
  const mangled = fc
    .tuple(urls, fc.nat(12), fc.constantFrom('\\', ' ', '\t', '\n', '\0', '//', ':', '[', '%', '@', 'xn--'))
    .map(([url, at, put]) => url.slice(0, at) + put + url.slice(at));

  /** The parts of a host are in the key, and have to be. */
  const hidesNothingInHost = (url: string): boolean =>
    !/hunter2|token/.test(URL.canParse(url) ? new URL(url).host : '');

  it('is in no key, event, error, report, snapshot or description', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(urls, mangled).filter(hidesNothingInHost), async (url) => {
        const { clock, policy, events } = bench({ breaker: { consecutiveFailures: 2 }, idempotency: {} });
        const call = { url, method: 'POST' };
        const ends: unknown[] = [];
        const fns: readonly (() => unknown)[] = [
          () => ({ status: 429, headers: { 'retry-after': '1' } }),
          () => Promise.reject(networkError()),
          () => 1,
        ];
        for (const fn of fns) {
          ends.push(await outcome(clock, policy.execute(fn, { ...call, exhausted: 'wrap' })));
        }
        const own = ends.flatMap((end) => (end instanceof Error ? [end.message, { ...end }] : []));
        const all = JSON.stringify([events, own, policy.snapshot(), policy.describe()]);
        if (all.includes('hunter2') || all.includes('token')) expect(all).not.toMatch(/hunter2|token/);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe('an idempotency key that is not a valid header', () => {
  const bad = ['a\r\nX-Evil: 1', 'a\nb', 'a\0', 'schlüssel', '鍵', ' a', 'a ', '\ta', '\u007f', '\ud800'];

  it.each(bad)('is rejected if a call has it: %j', async (idempotencyKey) => {
    const { policy } = bench();
    const call = { method: 'POST', idempotencyKey };
    await expect(policy.execute(() => 1, call)).rejects.toThrow(
      /^call\.idempotencyKey must be printable ASCII, got "[^\n]*"$/,
    );
    expect(() => policy.begin(call)).toThrow(TypeError);
    expect(() => policy.wrap(() => 1, call)).toThrow(TypeError);
    expect(policy.snapshot().totals.calls).toBe(0);
  });

  it.each(bad)('is not used if a generator returns it: %j', async (key) => {
    const { clock, policy, told } = bench({ idempotency: { generate: () => key } });
    const keys: unknown[] = [];
    await outcome(
      clock,
      policy.execute(
        ({ idempotencyKey }) => {
          keys.push(idempotencyKey);
          return { status: 503, headers: {} };
        },
        { method: 'POST' },
      ),
    );
    expect(keys).toEqual([undefined]);
    expect(told('hookError')).toEqual([{ hook: 'generate', message: 'must return printable ASCII' }]);
  });

  it.each(['a', 'a b', '~!"#', 'x'.repeat(5_000)])('accepts other keys unchanged: %#', (idempotencyKey) => {
    expect(createPolicy().begin({ idempotencyKey }).idempotencyKey).toBe(idempotencyKey);
  });
});
