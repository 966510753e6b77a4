import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyOptions } from '../src/options/options.js';
import type { Policy } from '../src/policy/policy-port.js';
import { createPolicy } from '../src/policy.js';
import { type CallOptions, checkCall } from '../src/session/call-options.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { outcome, throwing } from './policy-fixture.js';
import { QuickClock } from './strict-clock.js';

type Kind = 'null' | 'false' | 'true' | 'number' | 'string' | 'array' | 'object';

const SAMPLES: Readonly<Record<Kind, unknown>> = {
  null: null,
  false: false,
  true: true,
  number: 0.25,
  string: 'a b',
  array: ['a b'],
  object: { a: 1 },
};

/** Every option of a policy that JSON can name, and the kinds that may be right for it. All others are wrong. */
const OPTIONS: Readonly<Record<string, readonly Kind[]>> = {
  name: ['string'],
  instance: ['string'],
  mode: [],
  enforceRate: ['number'],
  retry: ['false'],
  'retry.maxRetries': [],
  'retry.backoff': [],
  'retry.backoff.kind': [],
  'retry.backoff.baseMs': ['number'],
  'retry.backoff.throttledBaseMs': ['number'],
  'retry.backoff.factor': [],
  'retry.backoff.maxMs': [],
  'retry.backoff.jitter': ['number'],
  'retry.methods': [],
  'retry.statuses': [],
  'retry.maxElapsedMs': ['number'],
  'retry.respectRetryAfter': ['true', 'false'],
  'retry.shouldRetry': [],
  budget: ['false'],
  'budget.ratio': ['number'],
  'budget.minRetriesPerSecond': ['number'],
  'budget.windowMs': ['number'],
  breaker: ['false'],
  'breaker.consecutiveFailures': ['false'],
  'breaker.consecutiveForMs': ['number'],
  'breaker.failureRate': ['false', 'number'],
  'breaker.minimumCalls': [],
  'breaker.window': [],
  'breaker.slowCallMs': ['number'],
  'breaker.slowCallRate': ['number'],
  'breaker.openMs': ['number'],
  'breaker.openFactor': [],
  'breaker.maxOpenMs': [],
  'breaker.probes': [],
  'breaker.probeShare': ['number'],
  'breaker.successesToClose': [],
  'breaker.probeLeaseMs': ['number'],
  'breaker.ramp': ['false'],
  'breaker.isFailure': [],
  coolDown: ['false'],
  'coolDown.maxWaiting': [],
  'coolDown.maxMs': ['number'],
  limit: ['false'],
  'limit.kind': [],
  timeouts: [],
  'timeouts.attemptMs': ['number'],
  'timeouts.totalMs': ['number'],
  idempotency: ['false'],
  'idempotency.header': [],
  'idempotency.methods': [],
  'idempotency.generate': [],
  keyOf: [],
  attributesOf: [],
  maxKeys: [],
  keyIdleMs: ['number'],
  store: [],
  clock: [],
  random: [],
};

const CALL_OPTIONS: Readonly<Record<string, readonly Kind[]>> = {
  key: ['string'],
  method: [],
  url: ['string'],
  idempotent: ['true', 'false'],
  idempotencyKey: ['string'],
  oneShotBody: ['true', 'false'],
  signal: [],
  maxRetries: [],
  methods: [],
  statuses: [],
  timeouts: [],
  'timeouts.attemptMs': ['number'],
  'timeouts.totalMs': ['number'],
  clientTimeoutMs: ['number'],
  repeats: ['true', 'false'],
  mode: [],
  exhausted: [],
};

const wrongOf = (table: Readonly<Record<string, readonly Kind[]>>) =>
  Object.entries(table).flatMap(([path, right]) =>
    (Object.keys(SAMPLES) as Kind[]).filter((kind) => !right.includes(kind)).map((kind) => [path, kind] as const),
  );

/** As JSON brings it. */
function fromJson(path: string, value: unknown): object {
  const nested = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return JSON.parse(JSON.stringify(nested)) as object;
}

function errorIn(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

const isOfTwo = (error: unknown) => error instanceof TypeError || error instanceof RangeError;

describe('an option of a wrong type is rejected by its name', () => {
  it.each(wrongOf(OPTIONS))('%s: %s', (path, kind) => {
    const options = fromJson(path, SAMPLES[kind]);
    const policy = createPolicy();
    for (const error of [errorIn(() => createPolicy(options)), errorIn(() => policy.update(options))]) {
      expect(isOfTwo(error)).toBe(true);
      expect((error as Error).message).toContain(path);
    }
  });

  it.each(wrongOf(CALL_OPTIONS))('of a call: %s: %s', async (path, kind) => {
    const call = fromJson(path, SAMPLES[kind]) as CallOptions;
    const policy = createPolicy();
    const errors = [
      errorIn(() => policy.begin(call)),
      errorIn(() => policy.wrap(() => 1, call)),
      await policy.execute(() => 1, call).catch((error: unknown) => error),
    ];
    for (const error of errors) {
      expect(isOfTwo(error)).toBe(true);
      expect((error as Error).message).toContain(path);
    }
    expect(policy.snapshot().totals.calls).toBe(0);
  });

  it('covers every option', () => {
    const top = new Set(Object.keys(OPTIONS).map((path) => path.split('.')[0]));
    expect(errorIn(() => createPolicy({ nonsense: 1 } as PolicyOptions))).toMatchObject({
      message: `nonsense is not an option; there are ${[...top].join(', ')}`,
    });
    const call = new Set(Object.keys(CALL_OPTIONS).map((path) => path.split('.')[0]));
    expect(errorIn(() => checkCall('call', { nonsense: 1 } as CallOptions))).toMatchObject({
      message: `call.nonsense is not an option; there are ${[...call].join(', ')}`,
    });
  });
});

/** Right values, the outlandish ones among them. */
const EXTREMES: Readonly<Record<string, readonly unknown[]>> = {
  integer: [1, 2, 3, 100, 2 ** 31, Number.MAX_SAFE_INTEGER],
  share: [5e-324, 0.1, 0.5, 1],
  ms: [5e-324, 0.001, 1, 1_000, 2 ** 31, 1e300, Number.MAX_VALUE],
  timer: [0.5, 1, 1_000, 2 ** 31 - 1],
  factor: [1, 2, 1e300],
  methods: [[], ['get'], ['PUT', 'x-y']],
};
const RIGHT: Readonly<Record<string, Readonly<Record<string, keyof typeof EXTREMES | readonly unknown[]>>>> = {
  retry: {
    maxRetries: 'integer',
    methods: 'methods',
    statuses: [[], [503], [200, 599]],
    maxElapsedMs: 'ms',
    respectRetryAfter: [true, false],
  },
  backoff: {
    kind: ['exponential', 'linear', 'constant', 'decorrelated'],
    baseMs: 'ms',
    throttledBaseMs: 'ms',
    factor: 'factor',
    maxMs: 'ms',
    jitter: ['none', 'full', 'equal', 0.5],
  },
  budget: { ratio: 'share', minRetriesPerSecond: 'ms', windowMs: 'ms' },
  breaker: {
    consecutiveFailures: 'integer',
    consecutiveForMs: ['auto', 0, 1e300],
    failureRate: 'share',
    minimumCalls: [1, 5],
    slowCallMs: 'ms',
    slowCallRate: 'share',
    openMs: 'ms',
    openFactor: 'factor',
    maxOpenMs: 'ms',
    probes: 'integer',
    probeShare: 'share',
    successesToClose: 'integer',
    probeLeaseMs: 'ms',
    ramp: [false, [], [5e-324, 1]],
  },
  window: { kind: ['time'], ms: 'ms', size: [5] },
  count: { kind: ['count'], size: [5, 1_000, 1_000_000] },
  coolDown: { maxWaiting: 'integer', maxMs: 'ms' },
  adaptive: { kind: ['adaptive'], minConcurrency: 'integer' },
  fixed: { kind: ['fixed'], concurrency: 'integer', queue: 'integer', maxQueueMs: 'ms' },
  timeouts: { attemptMs: 'timer', totalMs: 'timer' },
  idempotency: { header: ['X-Key', '`'], methods: 'methods' },
};

const junk = fc.oneof(fc.constantFrom<unknown>(0, -1, 2 ** 53, 0.5, 'full', '', true, null), fc.jsonValue());
const SELDOM = { freq: 40 };

/** Mostly right, part by part: a value or two of another kind. */
function mostly(part: string): fc.Arbitrary<unknown> {
  const fields = Object.entries(RIGHT[part] ?? {}).map(([name, right]) => {
    const values = typeof right === 'string' ? (EXTREMES[right] ?? []) : right;
    return [name, fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: junk })];
  });
  const requiredKeys = part === 'window' || part === 'count' || part === 'adaptive' || part === 'fixed' ? ['kind'] : [];
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys });
}
const orOff = (part: fc.Arbitrary<unknown>) => fc.option(part, { ...SELDOM, nil: false });
const withField = (part: string, name: string, field: fc.Arbitrary<unknown>) =>
  fc
    .tuple(mostly(part), fc.option(field))
    .map(([rest, inner]) => ({ ...(rest as object), ...(inner !== null && { [name]: inner }) }));

const mostlyRight = fc.record(
  {
    name: fc.constantFrom('a', 'b\n', '__proto__'),
    mode: fc.constantFrom('enforce', 'observe', 'off'),
    enforceRate: fc.constantFrom(0, 0.7, 1),
    maxKeys: fc.constantFrom(1, 2 ** 31),
    keyIdleMs: fc.constantFrom(5e-324, 1e300),
    retry: orOff(withField('retry', 'backoff', mostly('backoff'))),
    budget: orOff(mostly('budget')),
    breaker: orOff(
      fc.oneof(mostly('breaker'), withField('breaker', 'window', fc.oneof(mostly('window'), mostly('count')))),
    ),
    coolDown: orOff(mostly('coolDown')),
    limit: orOff(fc.oneof(mostly('adaptive'), mostly('fixed'))),
    timeouts: mostly('timeouts'),
    idempotency: orOff(mostly('idempotency')),
  },
  { requiredKeys: [] },
);

it('accepts from JSON options that run a call, or rejects them with a TypeError or RangeError', async () => {
  const seen = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: mostlyRight }, fc.jsonValue()), async (json) => {
      const clock = new QuickClock();
      const options = JSON.parse(JSON.stringify(json)) as PolicyOptions | null;
      let policy: Policy;
      try {
        createPolicy(options as PolicyOptions);
        policy = createPolicy({ ...options, clock, random: () => 0.5 });
      } catch (error) {
        if (!isOfTwo(error)) expect(error).toBeInstanceOf(TypeError);
        seen.refused += 1;
        return;
      }
      seen.taken += 1;
      const server = scripted([{ error: 'ECONNRESET', delayMs: 5 }, { value: 1 }], { clock });
      const calls = [policy.execute(server), policy.execute(server, { method: 'POST', key: 'k' })];
      const ends = Promise.all(calls.map((call) => call.catch((error: unknown) => error)));
      for (const end of (await outcome(clock, ends)) as unknown[]) {
        const isExpected = end === 1 || typeof (end as { code?: unknown }).code === 'string';
        if (!isExpected) expect(end).toBe(1);
      }
      if (clock.pending !== 0) expect(clock.pending).toBe(0);
      const { totals, keys } = policy.snapshot();
      if (policy.mode !== 'off' && totals.calls !== 2) expect(totals.calls).toBe(2);
      for (const { inFlight, limit } of Object.values(keys)) {
        if (inFlight !== 0 || (limit?.inFlight ?? 0) !== 0) expect({ inFlight, limit }).toEqual({});
      }
      if (policy.describe().text.includes('NaN')) expect(policy.describe().text).not.toContain('NaN');
    }),
    { numRuns: 1_500 },
  );
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(150);
}, 60_000);

it('rejects a count window too large for memory', () => {
  const options = { breaker: { minimumCalls: 1, window: { kind: 'count', size: 1_000_001 } } } as const;
  expect(() => createPolicy(options)).toThrow(
    new RangeError('breaker.window.size must be at most 1000000, got 1000001'),
  );
});

it.each([
  [{ retry: { methods: new Array<string>(1) } }, 'retry.methods[0] must be an HTTP method, got undefined'],
  [{ 'a\nb\u009b': 1 }, '"a\\nb\\u009b" is not an option'],
  [{ retry: { ['x'.repeat(1_000_000)]: 1 } }, `retry."${'x'.repeat(80)}…" is not an option`],
  [{ name: 5, mode: 'a\u001b[2J\u2028b' }, 'name must be a non-empty string, got 5'],
  [{ mode: 'a\u001b[2J\u2028b' }, 'got "a\\u001b[2J\\u2028b"'],
])('reports the problem in one line without control characters: %#', (options, message) => {
  const error = errorIn(() => createPolicy(options as PolicyOptions)) as Error;
  expect(isOfTwo(error)).toBe(true);
  expect(error.message).toContain(message);
  expect(error.message.length).toBeLessThan(400);
});

describe('an object from JSON with a __proto__ key', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'];
  const parts = ['retry', 'budget', 'breaker', 'coolDown', 'limit', 'timeouts', 'idempotency'];

  it.each(names)('is no option: %s', async (name) => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const policy = createPolicy();
    const { settings } = policy;
    const json = [
      `{"${name}":{"maxRetries":9,"retry":false}}`,
      ...parts.map((part) => `{"${part}":{"kind":"adaptive","${name}":{"maxRetries":9}}}`),
    ];
    for (const text of json) {
      const named = `${name} is not an option`;
      expect(() => createPolicy(JSON.parse(text) as PolicyOptions)).toThrow(/is not an option/);
      expect(() => policy.update(JSON.parse(text) as PolicyOptions)).toThrow(/is not an option/);
      if (text.startsWith(`{"${name}`)) expect(() => createPolicy(JSON.parse(text) as PolicyOptions)).toThrow(named);
    }
    const call = JSON.parse(`{"${name}":{"key":"evil"}}`) as CallOptions;
    await expect(policy.execute(() => 1, call)).rejects.toThrow(`call.${name} is not an option`);
    const timeouts = JSON.parse(`{"timeouts":{"${name}":{"totalMs":1}}}`) as CallOptions;
    await expect(policy.execute(() => 1, timeouts)).rejects.toThrow(`${name} is not an option`);
    expect(policy.settings).toBe(settings);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});

describe('a polluted Object.prototype', () => {
  const names = [
    ...new Set([...Object.keys(OPTIONS), ...Object.keys(CALL_OPTIONS)].flatMap((path) => path.split('.'))),
  ];
  const pollutions = [...names, 'size', 'ms', 'minConcurrency', 'concurrency', 'queue', 'maxQueueMs'];
  const options: PolicyOptions = {
    retry: { backoff: { baseMs: 3 } },
    breaker: { window: { kind: 'count', size: 50 } },
    idempotency: {},
    limit: { kind: 'fixed', concurrency: 2 },
  };

  /** All that a policy does with a few calls. */
  async function life(): Promise<unknown> {
    const clock = new QuickClock();
    const policy = createPolicy({ ...options, clock, random: () => 0.5 });
    const created = createPolicy({}).settings;
    policy.update({ retry: { backoff: { kind: 'linear' } }, limit: { kind: 'fixed', queue: 3 } as never });
    const reports: unknown[] = [];
    for (const call of [undefined, {}, { method: 'DELETE', timeouts: { totalMs: 900 } }]) {
      const end = await outcome(clock, policy.execute(scripted([{ status: 503 }, { status: 200 }], { clock }), call));
      reports.push(reportOf(end));
    }
    const { retry, budget, breaker, coolDown, limit, timeouts, idempotency, name, maxKeys } = created;
    const fresh = { retry, budget, breaker, coolDown, limit, timeouts, idempotency, name, maxKeys };
    return JSON.parse(
      JSON.stringify({
        fresh,
        settings: policy.describe(),
        snapshot: policy.snapshot(),
        reports,
        keyOf: created.keyOf,
        attributesOf: created.attributesOf,
      }),
    );
  }

  it.each(pollutions)('changes nothing: %s', async (name) => {
    const clean = await life();
    for (const planted of [false, 1, 'off', { kind: 'fixed', maxRetries: 0 }]) {
      Object.defineProperty(Object.prototype, name, {
        value: planted,
        configurable: true,
        enumerable: true,
        writable: true,
      });
      let polluted: unknown;
      try {
        polluted = await life();
      } finally {
        delete (Object.prototype as Record<string, unknown>)[name];
      }
      expect(polluted).toEqual(clean);
    }
  });
});

describe('getters', () => {
  it('that throw cause the caller’s own error, and nothing is kept of the call', async () => {
    const own = new Error('a getter of the caller’s');
    const get = throwing(own);
    const policy = createPolicy();
    for (const name of ['retry', 'breaker', 'name', 'timeouts']) {
      const options = Object.defineProperty({}, name, { get, enumerable: true }) as PolicyOptions;
      expect(errorIn(() => createPolicy(options))).toBe(own);
      expect(errorIn(() => policy.update(options))).toBe(name === 'name' ? own : own);
    }
    for (const name of ['key', 'signal', 'maxRetries', 'exhausted']) {
      const call = Object.defineProperty({}, name, { get, enumerable: true }) as CallOptions;
      await expect(policy.execute(() => 1, call)).rejects.toBe(own);
    }
    expect(policy.snapshot().totals.calls).toBe(0);
  });

  it('that change their result are read once', () => {
    const fickle = <T>(first: T): object => {
      const answers: unknown[] = [first];
      return { get: () => answers.shift() ?? 'changed', enumerable: true };
    };
    const retry = Object.defineProperty({}, 'maxRetries', fickle(2));
    const options = Object.defineProperties(
      { limit: Object.defineProperty({}, 'kind', fickle('adaptive')) },
      {
        retry: fickle(retry),
        maxKeys: fickle(7),
      },
    );
    expect(createPolicy(options as PolicyOptions).settings).toMatchObject({
      retry: { maxRetries: 2 },
      limit: { kind: 'adaptive' },
      maxKeys: 7,
    });
  });
});
