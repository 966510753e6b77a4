import { expect, it } from '@jest/globals';
import { createPolicy } from '../policy.js';
import { defaults } from './defaults.js';
import type { PolicyOptions } from './options.js';
import { resolveOptions } from './resolve.js';

it.each<[PolicyOptions]>([
  [{ timeouts: { attemptMs: 1_000, totalMs: 1_000 } }],
  [{ breaker: { minimumCalls: 10, window: { kind: 'count', size: 10 } } }],
  [{ breaker: { openMs: 1_000, maxOpenMs: 1_000 } }],
  [{ retry: { maxElapsedMs: Number.POSITIVE_INFINITY, maxRetries: 0, methods: [], statuses: [] } }],
  [{ retry: { backoff: { baseMs: 0, throttledBaseMs: 0, maxMs: 0, factor: 1, jitter: 0 } } }],
  [{ coolDown: { maxWaiting: 0, maxMs: 0 } }],
  [{ budget: { ratio: 0, minRetriesPerSecond: 0, windowMs: 1 } }],
  [{ breaker: { consecutiveFailures: false, failureRate: false, ramp: [] } }],
  [{ retry: false, budget: false, breaker: false, coolDown: false, limit: false, idempotency: false }],
])('allows values on the edge: %j', (options) => {
  expect(() => createPolicy(options)).not.toThrow();
});

it('never lets undefined overwrite a default, at any depth', () => {
  const unset = (value: object): object =>
    Object.fromEntries(
      Object.entries(value).map(([name, inner]: [string, unknown]) => {
        const isSection = typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !('kind' in inner);
        return [name, isSection ? unset(inner) : undefined];
      }),
    );
  const nothing: PolicyOptions = { ...unset(defaults), keyOf: undefined, store: undefined, clock: undefined };
  const { store: _a, ...filled } = resolveOptions({ ...nothing, limit: undefined, random: undefined });
  const { store: _b, ...plain } = resolveOptions();
  expect(filled).toStrictEqual(plain);
  const fixed = { kind: 'fixed', concurrency: undefined, queue: undefined, maxQueueMs: undefined } as never;
  expect(resolveOptions({ limit: fixed }).limit).toStrictEqual({
    kind: 'fixed',
    concurrency: 50,
    queue: 100,
    maxQueueMs: 1_000,
  });
  expect(resolveOptions({ retry: { backoff: { baseMs: undefined, kind: undefined } } }).retry).toMatchObject({
    backoff: defaults.retry.backoff,
  });
  expect(resolveOptions({ idempotency: { header: undefined } }).idempotency).toStrictEqual({
    header: 'Idempotency-Key',
    methods: new Set(['POST', 'PATCH']),
    generate: undefined,
  });
});

it('keeps what is set and completes the rest', () => {
  const { retry, breaker } = resolveOptions({ retry: { maxRetries: 1 }, breaker: { probes: 2 } });
  expect(retry).toMatchObject({ maxRetries: 1, maxElapsedMs: 30_000, backoff: defaults.retry.backoff });
  expect(breaker).toMatchObject({ probes: 2, consecutiveFailures: 10, window: { kind: 'time', ms: 30_000 } });
});

it('switches a part off by false', () => {
  const off = {
    retry: false,
    budget: false,
    breaker: false,
    coolDown: false,
    limit: false,
    idempotency: false,
  } as const;
  expect(resolveOptions(off)).toMatchObject(off);
});

it('ignores later changes of the options', () => {
  const options = {
    retry: { maxRetries: 1, backoff: { baseMs: 10 }, methods: ['get'], statuses: [500] },
    breaker: { openMs: 500, window: { kind: 'time', ms: 1_000 }, ramp: [0.5] },
    budget: { ratio: 0.1 },
    coolDown: { maxWaiting: 1 },
    limit: { kind: 'fixed', concurrency: 3 },
    timeouts: { totalMs: 100 },
    idempotency: { methods: ['post'] },
  } satisfies PolicyOptions;
  const expected = resolveOptions(structuredClone(options));
  const policy = createPolicy(options);
  Object.assign(options, { maxKeys: 1, name: 'changed' });
  Object.assign(options.retry, { maxRetries: 9 });
  Object.assign(options.retry.backoff, { baseMs: 99 });
  options.retry.methods.push('POST');
  options.retry.statuses.push(404);
  Object.assign(options.breaker, { openMs: 1 });
  Object.assign(options.breaker.window, { ms: 1 });
  options.breaker.ramp.push(1);
  Object.assign(options.budget, { ratio: 1 });
  Object.assign(options.coolDown, { maxWaiting: 9 });
  Object.assign(options.limit, { concurrency: 9 });
  Object.assign(options.timeouts, { totalMs: 9 });
  options.idempotency.methods.push('PUT');
  expect({ ...policy.settings, store: undefined }).toStrictEqual({ ...expected, store: undefined });
});

it('does not change the given options', () => {
  const frozen = Object.freeze({ retry: Object.freeze({ methods: Object.freeze(['get']) }) });
  expect(() => createPolicy(frozen)).not.toThrow();
  expect(frozen).toEqual({ retry: { methods: ['get'] } });
});

it('compares methods without regard to case', () => {
  expect(resolveOptions({ retry: { methods: ['get', 'Post'] } }).retry).toMatchObject({
    methods: new Set(['GET', 'POST']),
  });
  expect(resolveOptions({ idempotency: { methods: ['put'] } }).idempotency).toMatchObject({
    methods: new Set(['PUT']),
  });
});

it('accepts options without a prototype', () => {
  const options = Object.assign(Object.create(null) as object, { retry: { maxRetries: 2 } });
  expect(resolveOptions(options).retry).toMatchObject({ maxRetries: 2 });
});
