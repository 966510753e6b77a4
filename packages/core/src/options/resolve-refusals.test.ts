import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createPolicy } from '../policy.js';
import { defaults } from './defaults.js';
import type { PolicyOptions } from './options.js';
import { resolveOptions } from './resolve.js';

/** Sets `a.b.c` in a new object. */
function nested(path: string, value: unknown): PolicyOptions {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as PolicyOptions;
}

const integer0 = 'an integer >= 0';
const integer1 = 'an integer >= 1';
const share = 'a number in 0..1';
const positiveShare = 'a number above 0 and at most 1';
const duration = 'a finite number of ms >= 0';
const positive = 'a finite number of ms > 0';
const timer = 'a number of ms > 0 and at most 2147483647, or Infinity';

/** Every numeric option: its rule, and values out of its range. */
const ranges: readonly (readonly [string, string, readonly number[]])[] = [
  ['enforceRate', share, [-0.1, 1.1, Number.NaN]],
  ['retry.maxRetries', integer0, [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]],
  ['retry.maxElapsedMs', 'a number of ms >= 0', [-1, Number.NaN]],
  ['retry.backoff.baseMs', duration, [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['retry.backoff.throttledBaseMs', duration, [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['retry.backoff.factor', 'a finite number >= 1', [0.5, Number.NaN, Number.POSITIVE_INFINITY]],
  ['retry.backoff.maxMs', duration, [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['retry.backoff.jitter', share, [-0.1, 1.1, Number.NaN]],
  ['budget.ratio', share, [-0.1, 1.1, Number.NaN]],
  ['budget.minRetriesPerSecond', 'a finite number >= 0', [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['budget.windowMs', positive, [0, -1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['breaker.consecutiveFailures', integer1, [0, 1.5, Number.NaN]],
  ['breaker.consecutiveForMs', duration, [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['breaker.failureRate', positiveShare, [0, 1.1, Number.NaN]],
  ['breaker.minimumCalls', integer1, [0, 1.5]],
  ['breaker.slowCallMs', 'a number of ms > 0', [0, -1, Number.NaN]],
  ['breaker.slowCallRate', positiveShare, [0, 1.1]],
  ['breaker.openMs', positive, [0, -1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['breaker.openFactor', 'a finite number >= 1', [0.9, Number.NaN, Number.POSITIVE_INFINITY]],
  ['breaker.maxOpenMs', positive, [0, Number.POSITIVE_INFINITY]],
  ['breaker.probes', integer1, [0, 1.5]],
  ['breaker.probeShare', share, [-0.1, 1.1, Number.NaN]],
  ['breaker.successesToClose', integer1, [0, 1.5]],
  ['breaker.probeLeaseMs', 'a finite number >= 1', [0, 0.5, Number.POSITIVE_INFINITY]],
  ['coolDown.maxWaiting', integer0, [-1, 0.5]],
  ['coolDown.maxMs', duration, [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  ['timeouts.attemptMs', timer, [0, -1, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 31]],
  ['timeouts.totalMs', timer, [0, -1, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 31]],
  ['maxKeys', integer1, [0, 1.5, -1]],
  ['keyIdleMs', positive, [0, Number.NaN, Number.POSITIVE_INFINITY]],
];

it.each(ranges.flatMap(([path, rule, values]) => values.map((value) => [path, rule, value] as const)))(
  '%s must be %s: %p is out of range',
  (path, rule, value) => {
    expect(() => createPolicy(nested(path, value))).toThrow(new RangeError(`${path} must be ${rule}, got ${value}`));
    expect(() => createPolicy(nested(path, value))).toThrow(RangeError);
  },
);

const notNumbers: readonly (readonly [unknown, string])[] = [
  ['3', '"3"'],
  [null, 'null'],
  [true, 'true'],
  [[1], 'an array'],
  [{}, 'an object'],
  [3n, '3n'],
];

it.each(
  ranges
    .filter(([path]) => path !== 'retry.backoff.jitter')
    .flatMap(([path, rule]) => notNumbers.map(([value, shown]) => [path, rule, value, shown] as const)),
)('%s must be %s: %p is of the wrong type', (path, rule, value, shown) => {
  const create = () => createPolicy(nested(path, value));
  expect(create).toThrow(TypeError);
  expect(create).toThrow(new TypeError(`${path} must be ${rule}, got ${shown}`));
});

const modes = `one of 'enforce', 'observe', 'off'`;
const kinds = `one of 'exponential', 'linear', 'constant', 'decorrelated'`;
const jitters = `one of 'none', 'full', 'equal'`;
const windowKinds = `one of 'time', 'count'`;
const limitKinds = `one of 'adaptive', 'fixed'`;
const store = 'a breaker store (an object with attach)';
const clock = 'a clock (an object with now, wallNow, schedule)';

/** Everything else: option, value, error class, the message after the option's path. */
it.each<[string, unknown, typeof TypeError | typeof RangeError, string]>([
  ['name', '', TypeError, 'must be a non-empty string, got ""'],
  ['name', 5, TypeError, 'must be a non-empty string, got 5'],
  ['mode', 'on', RangeError, `must be ${modes}, got "on"`],
  ['mode', true, TypeError, `must be ${modes}, got true`],
  ['retry', true, TypeError, 'must be an object or false, got true'],
  ['retry', null, TypeError, 'must be an object or false, got null'],
  ['retry', [], TypeError, 'must be an object or false, got an array'],
  ['retry', new Map(), TypeError, 'must be an object or false, got an object'],
  ['retry.backoff', 100, TypeError, 'must be an object, got 100'],
  ['retry.backoff', false, TypeError, 'must be an object, got false'],
  ['retry.backoff.kind', 'fibonacci', RangeError, `must be ${kinds}, got "fibonacci"`],
  ['retry.backoff.kind', 2, TypeError, `must be ${kinds}, got 2`],
  ['retry.backoff.jitter', 'some', RangeError, `must be ${jitters}, got "some"`],
  ['retry.backoff.jitter', true, TypeError, `must be ${jitters}, got true`],
  ['retry.respectRetryAfter', 'yes', TypeError, 'must be true or false, got "yes"'],
  ['retry.shouldRetry', true, TypeError, 'must be a function, got true'],
  ['budget', 0.2, TypeError, 'must be an object or false, got 0.2'],
  ['breaker', 'off', TypeError, 'must be an object or false, got "off"'],
  ['breaker.consecutiveFailures', true, TypeError, `must be ${integer1}, got true`],
  ['breaker.failureRate', true, TypeError, `must be ${positiveShare}, got true`],
  ['breaker.window', 30_000, TypeError, 'must be an object, got 30000'],
  ['breaker.ramp', 0.5, TypeError, 'must be an array, got 0.5'],
  ['breaker.ramp', true, TypeError, 'must be an array, got true'],
  ['breaker.isFailure', {}, TypeError, 'must be a function, got an object'],
  ['coolDown', true, TypeError, 'must be an object or false, got true'],
  ['limit', 10, TypeError, 'must be an object or false, got 10'],
  ['timeouts', false, TypeError, 'must be an object, got false'],
  ['timeouts', 500, TypeError, 'must be an object, got 500'],
  ['idempotency', true, TypeError, 'must be an object or false, got true'],
  ['idempotency.header', 'Idempotency Key', TypeError, 'must be a header name, got "Idempotency Key"'],
  ['idempotency.header', '', TypeError, 'must be a header name, got ""'],
  ['idempotency.methods', 'POST', TypeError, 'must be an array, got "POST"'],
  ['idempotency.generate', 'uuid', TypeError, 'must be a function, got "uuid"'],
  ['keyOf', 'host', TypeError, 'must be a function, got "host"'],
  ['store', {}, TypeError, `must be ${store}, got an object`],
  ['store', null, TypeError, `must be ${store}, got null`],
  ['clock', {}, TypeError, `must be ${clock}, got an object`],
  ['clock', Date, TypeError, `must be ${clock}, got a function`],
  ['random', 0.5, TypeError, 'must be a function, got 0.5'],
])('%s cannot be %p', (path, value, type, message) => {
  const create = () => createPolicy(nested(path, value));
  expect(create).toThrow(new type(`${path} ${message}`));
  expect(create).toThrow(type);
});

it.each<[string, PolicyOptions, typeof TypeError | typeof RangeError, string]>([
  [
    'a method',
    { retry: { methods: ['GET', 'P OST'] } },
    TypeError,
    'retry.methods[1] must be an HTTP method, got "P OST"',
  ],
  [
    'a status',
    { retry: { statuses: [99] } },
    RangeError,
    'retry.statuses[0] must be an HTTP status in 100..599, got 99',
  ],
  [
    'a status as a string',
    { retry: { statuses: ['503' as never] } },
    TypeError,
    'retry.statuses[0] must be an HTTP status in 100..599, got "503"',
  ],
  ['a ramp step of 0', { breaker: { ramp: [0.5, 0] } }, RangeError, `breaker.ramp[1] must be ${positiveShare}, got 0`],
  [
    'a window of no kind',
    { breaker: { window: {} as never } },
    TypeError,
    `breaker.window.kind must be ${windowKinds}, got undefined`,
  ],
  [
    'a window of an unknown kind',
    { breaker: { window: { kind: 'sliding' } as never } },
    RangeError,
    `breaker.window.kind must be ${windowKinds}, got "sliding"`,
  ],
  [
    'a time window without ms',
    { breaker: { window: { kind: 'time' } as never } },
    TypeError,
    `breaker.window.ms must be ${positive}, got undefined`,
  ],
  [
    'a time window of no length',
    { breaker: { window: { kind: 'time', ms: 0 } } },
    RangeError,
    `breaker.window.ms must be ${positive}, got 0`,
  ],
  [
    'a count window without size',
    { breaker: { window: { kind: 'count' } as never } },
    TypeError,
    `breaker.window.size must be ${integer1}, got undefined`,
  ],
  [
    'a count window of no size',
    { breaker: { window: { kind: 'count', size: 0 } } },
    RangeError,
    `breaker.window.size must be ${integer1}, got 0`,
  ],
  [
    'a count window with ms',
    { breaker: { window: { kind: 'count', size: 100, ms: 5 } as never } },
    TypeError,
    'breaker.window.ms is not an option; there are kind, size',
  ],
  ['a limit of no kind', { limit: {} as never }, TypeError, `limit.kind must be ${limitKinds}, got undefined`],
  [
    'a limit of an unknown kind',
    { limit: { kind: 'aimd' } as never },
    RangeError,
    `limit.kind must be ${limitKinds}, got "aimd"`,
  ],
  [
    'an adaptive limit below 1',
    { limit: { kind: 'adaptive', minConcurrency: 0 } },
    RangeError,
    `limit.minConcurrency must be ${integer1}, got 0`,
  ],
  [
    'a fixed limit of 0',
    { limit: { kind: 'fixed', concurrency: 0 } },
    RangeError,
    `limit.concurrency must be ${integer1}, got 0`,
  ],
  [
    'a fixed limit with a negative queue',
    { limit: { kind: 'fixed', concurrency: 1, queue: -1 } },
    RangeError,
    `limit.queue must be ${integer0}, got -1`,
  ],
  [
    'a fixed limit that waits for ever',
    { limit: { kind: 'fixed', concurrency: 1, maxQueueMs: Number.POSITIVE_INFINITY } },
    RangeError,
    `limit.maxQueueMs must be ${duration}, got Infinity`,
  ],
  [
    'a method of an idempotency section',
    { idempotency: { methods: [''] } },
    TypeError,
    'idempotency.methods[0] must be an HTTP method, got ""',
  ],
])('refuses %s', (_what, options, type, message) => {
  expect(() => createPolicy(options)).toThrow(new type(message));
  expect(() => createPolicy(options)).toThrow(type);
});

it.each<[PolicyOptions, string]>([
  [
    { timeouts: { attemptMs: 2_000, totalMs: 1_000 } },
    'timeouts.attemptMs must be at most timeouts.totalMs (1000), got 2000',
  ],
  [
    { breaker: { minimumCalls: 11, window: { kind: 'count', size: 10 } } },
    'breaker.minimumCalls must be at most breaker.window.size (10), got 11',
  ],
  [
    { breaker: { window: { kind: 'count', size: 10 } } },
    'breaker.minimumCalls must be at most breaker.window.size (10), got 20',
  ],
  [{ breaker: { openMs: 40_000 } }, 'breaker.openMs must be at most breaker.maxOpenMs (30000), got 40000'],
  [
    { breaker: { openMs: 2_000, maxOpenMs: 1_000 } },
    'breaker.openMs must be at most breaker.maxOpenMs (1000), got 2000',
  ],
  [
    { retry: { backoff: { baseMs: 200, maxMs: 100 } } },
    'retry.backoff.baseMs must be at most retry.backoff.maxMs (100), got 200',
  ],
])('refuses contradictions: %j', (options, message) => {
  expect(() => createPolicy(options)).toThrow(new RangeError(message));
});

it.each<[unknown, string]>([
  [
    { retries: 3 },
    'retries is not an option; there are name, instance, mode, enforceRate, retry, budget, breaker, coolDown, limit, timeouts, idempotency, keyOf, attributesOf, maxKeys, keyIdleMs, store, clock, random',
  ],
  [
    { retry: { retries: 3 } },
    'retry.retries is not an option; there are maxRetries, backoff, methods, statuses, maxElapsedMs, respectRetryAfter, shouldRetry',
  ],
  [
    { retry: { backoff: { base: 3 } } },
    'retry.backoff.base is not an option; there are kind, baseMs, throttledBaseMs, factor, maxMs, jitter',
  ],
  [{ budget: { percent: 20 } }, 'budget.percent is not an option; there are ratio, minRetriesPerSecond, windowMs'],
  [{ coolDown: { max: 1 } }, 'coolDown.max is not an option; there are maxWaiting, maxMs'],
  [{ timeouts: { total: 1 } }, 'timeouts.total is not an option; there are attemptMs, totalMs'],
  [{ idempotency: { name: 'x' } }, 'idempotency.name is not an option; there are header, methods, generate'],
  [{ limit: { kind: 'adaptive', queue: 1 } }, 'limit.queue is not an option; there are kind, minConcurrency'],
  [
    { limit: { kind: 'fixed', concurrency: 1, minConcurrency: 1 } },
    'limit.minConcurrency is not an option; there are kind, concurrency, queue, maxQueueMs',
  ],
])('refuses unknown options: %j', (options, message) => {
  expect(() => createPolicy(options as PolicyOptions)).toThrow(new TypeError(message));
});

it('names an unknown breaker option together with those that exist', () => {
  const names = [...Object.keys(defaults.breaker), 'isFailure'].join(', ');
  expect(() => createPolicy({ breaker: { threshold: 5 } as never })).toThrow(
    new TypeError(`breaker.threshold is not an option; there are ${names}`),
  );
});

it.each([null, 5, 'options', [], new Map(), () => {}])('refuses options that are no object: %p', (options) => {
  expect(() => createPolicy(options as never)).toThrow(TypeError);
});

it('shortens a long value in its message', () => {
  expect(() => createPolicy({ mode: 'x'.repeat(500) as never })).toThrow(
    new RangeError(`mode must be ${modes}, got "${'x'.repeat(80)}…"`),
  );
});

it('shows -0 as such', () => {
  expect(() => createPolicy({ breaker: { openMs: -0 } })).toThrow(
    new RangeError(`breaker.openMs must be ${positive}, got -0`),
  );
});

it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
  'does not accept %s as an option, even from JSON',
  (name) => {
    const bad: unknown = JSON.parse(`{"${name}": {"maxRetries": 9}}`);
    expect(() => createPolicy(bad as PolicyOptions)).toThrow(TypeError);
    expect(() => createPolicy({ retry: bad as never })).toThrow(TypeError);
    expect(() => createPolicy({ breaker: bad as never })).toThrow(TypeError);
    expect(({} as { maxRetries?: unknown }).maxRetries).toBeUndefined();
  },
);

it('rejects random values with a TypeError or RangeError that names an option, or accepts them', () => {
  const names = fc.constantFrom(...Object.keys(defaults), 'keyOf', 'store', 'clock', 'random', 'mode', 'x');
  const junk = fc.dictionary(
    names,
    fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.anything(), { maxKeys: 2 })),
    {
      maxKeys: 3,
    },
  );
  fc.assert(
    fc.property(junk, (options) => {
      try {
        resolveOptions(options as PolicyOptions);
      } catch (error) {
        expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
        expect((error as Error).message).toMatch(/^[a-zA-Z.]+.* (must be|is not an option)/s);
      }
    }),
    { numRuns: 2_000, seed: 1 },
  );
});
