import { describe, expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { createPolicy } from '../src/policy.js';
import { memoryStore } from '../src/store/memory-store.js';
import type { BreakerStore, StoreLink } from '../src/store/store.js';
import { scripted } from '../src/testing/faults.js';
import { bench, networkError, outcome, throttledBench, watch } from './policy-fixture.js';

const down = () => scripted([{ error: networkError() }]);
const breakerOf = ({ policy }: ReturnType<typeof bench>) => policy.snapshot().keys.default?.breaker;

describe('update', () => {
  it('changes only what is named, part by part', () => {
    const { policy } = bench({ retry: { maxRetries: 2, methods: ['get'] }, budget: { ratio: 0.1 }, coolDown: false });
    const before = policy.settings;
    policy.update({ retry: { maxRetries: 1 }, coolDown: { maxWaiting: 3 }, enforceRate: 0.5 });
    expect(policy.settings).toEqual({
      ...before,
      enforceRate: 0.5,
      retry: { ...before.retry, maxRetries: 1 },
      coolDown: { maxWaiting: 3, maxMs: 300_000 },
    });
    expect(before.enforceRate).toBe(1);
  });

  it('switches parts off and on again with the defaults', () => {
    const { policy } = bench({ budget: { ratio: 0.1 } });
    policy.update({ budget: false, retry: false });
    expect(policy.settings).toMatchObject({ budget: false, retry: false });
    policy.update({ budget: {}, retry: {} });
    expect(policy.settings).toMatchObject({ budget: { ratio: 0.2 }, retry: { maxRetries: 3 } });
  });

  it('merges a backoff into one of its kind, and replaces one of another kind', () => {
    const { policy } = bench({ retry: { backoff: { kind: 'linear', baseMs: 7, maxMs: 900 } } });
    policy.update({ retry: { backoff: { baseMs: 9 } } });
    expect(policy.settings.retry).toMatchObject({ backoff: { kind: 'linear', baseMs: 9, maxMs: 900 } });
    policy.update({ retry: { backoff: { kind: 'constant', baseMs: 5 } } });
    expect(policy.settings.retry).toMatchObject({ backoff: { kind: 'constant', baseMs: 5, maxMs: 20_000 } });
    const own = () => 1;
    policy.update({ retry: { backoff: own } });
    expect(policy.settings.retry).toMatchObject({ backoff: own });
  });

  it('merges a backoff that names the default kind into one that names none', () => {
    const { policy } = bench({ retry: { backoff: { baseMs: 7 } } });
    policy.update({ retry: { backoff: { kind: 'exponential', maxMs: 900 } } });
    expect(policy.settings.retry).toMatchObject({ backoff: { kind: 'exponential', baseMs: 7, maxMs: 900 } });
    policy.update({ retry: { backoff: { kind: 'linear' } } });
    expect(policy.settings.retry).toMatchObject({ backoff: { kind: 'linear', baseMs: 100, maxMs: 20_000 } });
  });

  it('reads undefined as unset, and Infinity as no limit', () => {
    const { policy } = bench({ retry: { maxRetries: 2 }, timeouts: { attemptMs: 100, totalMs: 500 } });
    policy.update({ retry: undefined, timeouts: { attemptMs: undefined, totalMs: Number.POSITIVE_INFINITY } });
    expect(policy.settings).toMatchObject({
      retry: { maxRetries: 2 },
      timeouts: { attemptMs: 100, totalMs: undefined },
    });
    policy.update({ timeouts: { attemptMs: Number.POSITIVE_INFINITY } });
    expect(policy.settings.timeouts).toEqual({ attemptMs: undefined, totalMs: undefined });
  });

  it('copies: changing the options later changes nothing', () => {
    const { policy } = bench();
    const options = { retry: { statuses: [500] } };
    policy.update(options);
    options.retry.statuses.push(404);
    policy.update({ enforceRate: 1 });
    expect(policy.settings.retry).toMatchObject({ statuses: new Set([500]) });
  });

  const refused: readonly (readonly [unknown, string])[] = [
    [{ retry: { maxRetries: -1 } }, 'retry.maxRetries must be an integer >= 0, got -1'],
    [{ enforceRate: 0.5, retry: { maxTries: 1 } }, 'retry.maxTries is not an option'],
    [{ breaker: { openMs: 40_000 } }, 'breaker.openMs must be at most breaker.maxOpenMs (30000), got 40000'],
    [{ timeouts: { attemptMs: 900 } }, 'timeouts.attemptMs must be at most timeouts.totalMs (500), got 900'],
    [{ name: 'other' }, 'name cannot be changed by an update, got "other"'],
    [{ store: memoryStore() }, 'store cannot be changed by an update, got an object'],
    [{ clock: {} }, 'clock cannot be changed by an update, got an object'],
    [{ random: () => 0 }, 'random cannot be changed by an update, got a function'],
    [{ mode: 'on' }, "mode must be one of 'enforce', 'observe', 'off', got \"on\""],
    [JSON.parse('{"__proto__":{"retry":false}}'), '__proto__ is not an option'],
    [JSON.parse('{"retry":{"__proto__":{"maxRetries":9}}}'), 'retry.__proto__ is not an option'],
    [null, 'options must be an object, got null'],
  ];
  it.each(refused)('rejects %j as a whole, and changes nothing', (options, message) => {
    const { policy } = bench({ timeouts: { totalMs: 500 } });
    const before = policy.settings;
    expect(() => policy.update(options as PolicyOptions)).toThrow(message);
    expect(policy.settings).toBe(before);
    policy.update({});
    expect(policy.settings).toEqual(before);
  });

  it('accepts the present name, store, clock and random', () => {
    const { policy } = bench();
    const { name, store, clock, random } = policy.settings;
    policy.update({ name, store, clock, random, retry: false });
    expect(policy.settings).toMatchObject({ name, retry: false });
    expect(policy.settings.store).toBe(store);
  });

  it('lets a call under way end by the options it began with', async () => {
    const { clock, policy } = bench({ retry: { maxRetries: 2, backoff: { kind: 'constant', baseMs: 50 } } });
    const server = down();
    const call = watch(policy.execute(server));
    await clock.settle();
    policy.update({ retry: { maxRetries: 0 } });
    await clock.runAll();
    expect(call.state).toBe('error');
    expect(server.calls).toHaveLength(3);
    const later = down();
    await outcome(clock, policy.execute(later));
    expect(later.calls).toHaveLength(1);
  });
});

describe('a breaker', () => {
  const tripped = async (options: PolicyOptions = {}) => {
    const made = bench({ retry: false, ...options, breaker: { consecutiveFailures: 2, ...options.breaker } });
    for (let call = 0; call < 2; call += 1) await outcome(made.clock, made.policy.execute(down()));
    expect(breakerOf(made)).toMatchObject({ state: 'open', generation: 1 });
    return made;
  };

  it('keeps its state if its rules have not changed', async () => {
    const made = bench({ retry: false });
    await outcome(made.clock, made.policy.execute(down()));
    made.policy.update({ retry: { maxRetries: 1 }, breaker: { consecutiveFailures: 10, isFailure: () => undefined } });
    expect(breakerOf(made)).toMatchObject({ counts: { calls: 1, failures: 1 }, consecutiveFailures: 1 });
  });

  it('keeps its state if its window is set again, in another order', async () => {
    const made = bench({ breaker: { window: { kind: 'time', ms: 9_000 } }, retry: false });
    await outcome(made.clock, made.policy.execute(down()));
    made.policy.update({ breaker: { window: { ms: 8_000, kind: 'time' } } });
    expect(breakerOf(made)?.counts.calls).toBe(0);
    const other = bench({ retry: false, breaker: { window: { kind: 'time', ms: 9_000 } } });
    await outcome(other.clock, other.policy.execute(down()));
    other.policy.update({ breaker: { window: { ms: 9_000, kind: 'time' } } });
    expect(breakerOf(other)?.counts.calls).toBe(1);
  });

  it('counts from nothing by rules that have changed', async () => {
    const made = bench({ retry: false });
    await outcome(made.clock, made.policy.execute(down()));
    made.policy.update({ breaker: { consecutiveFailures: 2 } });
    expect(breakerOf(made)).toMatchObject({
      state: 'closed',
      counts: { calls: 0, failures: 0 },
      consecutiveFailures: 0,
    });
    await outcome(made.clock, made.policy.execute(down()));
    expect(breakerOf(made)?.state).toBe('closed');
    await outcome(made.clock, made.policy.execute(down()));
    expect(breakerOf(made)?.state).toBe('open');
  });

  it('takes a window of another kind', async () => {
    const made = bench({ retry: false });
    await outcome(made.clock, made.policy.execute(down()));
    made.policy.update({
      breaker: { window: { kind: 'count', size: 2 }, minimumCalls: 2, consecutiveFailures: false },
    });
    for (let call = 0; call < 2; call += 1) await outcome(made.clock, made.policy.execute(down()));
    expect(breakerOf(made)?.state).toBe('open');
  });

  it('stays open for the rest of its time, and probes by the new rules', async () => {
    const made = await tripped();
    const { clock, policy } = made;
    policy.update({ breaker: { openMs: 10, successesToClose: 1 } });
    expect(breakerOf(made)).toMatchObject({ state: 'open', openRemainingMs: 1_050, generation: 1 });
    await clock.advance(1_050);
    await policy.execute(() => 'fine');
    expect(breakerOf(made)?.state).toBe('closed');
  });

  it('stays open if an operator opened it', async () => {
    const made = bench();
    made.policy.breaker('default').open();
    made.policy.update({ breaker: { consecutiveFailures: 1 } });
    expect(breakerOf(made)?.state).toBe('forced-open');
  });

  it('counts a probe that was out while its rules changed', async () => {
    const made = await tripped({ breaker: { successesToClose: 1 } });
    const { clock, policy } = made;
    await clock.advance(1_050);
    const probe = watch(policy.execute(scripted([{ value: 'fine', delayMs: 20 }], { clock })));
    await clock.settle();
    expect(breakerOf(made)?.state).toBe('half-open');
    policy.update({ breaker: { consecutiveFailures: 7 } });
    await clock.advance(20);
    expect(probe.value).toBe('fine');
    expect(breakerOf(made)).toMatchObject({ state: 'closed', late: 0 });
  });

  it('has no effect once switched off, and releases the probe that was out', async () => {
    const made = await tripped({ breaker: { successesToClose: 1 } });
    const { clock, policy } = made;
    await clock.advance(1_050);
    const probe = watch(policy.execute(scripted([{ value: 'fine', delayMs: 20 }], { clock })));
    await clock.settle();
    policy.update({ breaker: false });
    expect(await policy.execute(() => 'now')).toBe('now');
    expect(breakerOf(made)).toBeUndefined();
    await clock.advance(20);
    expect(probe.state).toBe('value');
    policy.update({ breaker: {} });
    expect(breakerOf(made)).toMatchObject({ state: 'closed', generation: 3 });
  });
});

it('passes the new rules to a shared store’s link, and continues if the store fails', async () => {
  const heard: unknown[] = [];
  const store = (fails: boolean): BreakerStore => ({
    attach: (id, watcher, context): StoreLink => ({
      ...memoryStore().attach(id, watcher, context),
      detach() {},
      rulesChanged(rules) {
        heard.push(rules?.consecutiveFailures);
        if (fails) throw new Error('lost');
      },
    }),
  });
  for (const fails of [false, true]) {
    const { policy } = bench({ store: store(fails) });
    await policy.execute(() => 'fine');
    policy.update({ breaker: { consecutiveFailures: 9 } });
    policy.update({ breaker: { consecutiveFailures: 9 } });
    policy.update({ breaker: false });
    policy.update({ breaker: {} });
  }
  expect(heard).toEqual([9, undefined, 10, 9, undefined, 10]);
});

describe('a budget', () => {
  const spent = async () => {
    const made = bench({ budget: { ratio: 0, minRetriesPerSecond: 1, windowMs: 2_000 }, breaker: false });
    await outcome(made.clock, made.policy.execute(down()));
    return made;
  };
  const available = ({ policy }: ReturnType<typeof bench>) => policy.snapshot().keys.default?.budget?.available;

  it('keeps what it has spent if its rules have not changed', async () => {
    const made = await spent();
    made.policy.update({ budget: { ratio: 0 }, retry: { maxRetries: 1 } });
    expect(available(made)).toBe(0);
  });

  it('starts again by new rules', async () => {
    const made = await spent();
    made.policy.update({ budget: { minRetriesPerSecond: 3 } });
    expect(available(made)).toBe(6);
  });
});

describe('a limit', () => {
  const three = async (options: PolicyOptions) => {
    const made = bench({ ...options, retry: false });
    const server = scripted([{ value: 'fine', delayMs: 50 }], { clock: made.clock });
    const calls = [1, 2, 3].map(() => watch(made.policy.execute(server)));
    await made.clock.settle();
    return { ...made, server, calls };
  };
  const fixed = { kind: 'fixed', concurrency: 1, queue: 5, maxQueueMs: 1_000 } as const;
  const limitOf = ({ policy }: Pick<ReturnType<typeof bench>, 'policy'>) => policy.snapshot().keys.default?.limit;

  it('admits waiting attempts at once if it has more slots now', async () => {
    const made = await three({ limit: fixed });
    expect(limitOf(made)).toEqual({ inFlight: 1, waiting: 2, cap: 1 });
    made.policy.update({ limit: { kind: 'fixed', concurrency: 2 } });
    await made.clock.settle();
    expect(limitOf(made)).toEqual({ inFlight: 2, waiting: 1, cap: 2 });
    await made.clock.runAll();
    expect(made.calls.map(({ state }) => state)).toEqual(['value', 'value', 'value']);
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 2 });
  });

  it('admits none until there are fewer than it has slots now', async () => {
    const made = await three({ limit: { ...fixed, concurrency: 2 } });
    made.policy.update({ limit: { kind: 'fixed', concurrency: 1 } });
    expect(limitOf(made)).toEqual({ inFlight: 2, waiting: 1, cap: 1 });
    await made.clock.advance(50);
    expect(limitOf(made)).toEqual({ inFlight: 1, waiting: 0, cap: 1 });
    await made.clock.runAll();
    expect(made.server.calls).toHaveLength(3);
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: 1 });
  });

  it('of another kind starts again; attempts in flight and in the queue end by the old one', async () => {
    const made = await three({ limit: fixed });
    made.policy.update({ limit: { kind: 'adaptive' } });
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: undefined });
    await made.clock.runAll();
    expect(made.calls.map(({ state }) => state)).toEqual(['value', 'value', 'value']);
    expect(limitOf(made)).toEqual({ inFlight: 0, waiting: 0, cap: undefined });
  });

  it('that adapts uses its new floor', async () => {
    const { clock, policy } = bench({ limit: { kind: 'adaptive' }, retry: false, breaker: false });
    const silent = scripted([{ error: 'ETIMEDOUT', delayMs: 250 }], { clock });
    const calls = Array.from({ length: 100 }, () => watch(policy.execute(silent)));
    await clock.advance(250);
    expect(calls.every(({ state }) => state === 'error')).toBe(true);
    expect(limitOf({ policy })?.cap).toBe(4);
    policy.update({ limit: { kind: 'adaptive', minConcurrency: 9 } });
    expect(limitOf({ policy })?.cap).toBe(9);
  });
});

it('forgets the keys beyond the new number, except those used last', async () => {
  const { policy } = bench();
  for (const key of ['a', 'b', 'c']) await policy.execute(() => 'fine', { key });
  policy.update({ maxKeys: 2 });
  expect(Object.keys(policy.snapshot().keys)).toEqual(['c', 'b']);
});

it('keeps a running cool-down, for calls that still respect it', async () => {
  const { policy } = await throttledBench({ retry: false });
  await policy.execute(() => ({ status: 503, headers: { 'retry-after': '60' } }));
  policy.update({ breaker: { consecutiveFailures: 2 }, budget: false });
  expect(policy.snapshot().keys.default?.coolDown?.remainingMs).toBe(60_000);
  policy.update({ coolDown: false });
  expect(await policy.execute(() => 'fine')).toBe('fine');
});

describe('setMode', () => {
  it('observes, passes through and enforces from the next call on', async () => {
    const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 1 } });
    await outcome(clock, policy.execute(down()));
    await expect(policy.execute(() => 'fine')).rejects.toThrow('circuit');
    policy.setMode('observe');
    expect(policy.mode).toBe('observe');
    expect(await policy.execute(() => 'fine')).toBe('fine');
    policy.setMode('off');
    expect(policy.snapshot().mode).toBe('off');
    expect(await policy.execute(() => 'fine')).toBe('fine');
    policy.setMode('enforce');
    await expect(policy.execute(() => 'fine')).rejects.toThrow('circuit');
    expect(policy.snapshot().totals).toMatchObject({ rejected: 2, wouldReject: 1 });
  });

  it('keeps the mode that an earlier call began with', async () => {
    const { clock, policy } = bench({ mode: 'observe' });
    const server = scripted([{ error: networkError(), delayMs: 10 }], { clock });
    const call = watch(policy.execute(server));
    await clock.settle();
    policy.setMode('enforce');
    await clock.runAll();
    expect(call.state).toBe('error');
    expect(server.calls).toHaveLength(1);
  });

  it('is not reverted by an update without a mode', () => {
    process.env.BREAKWATER_MODE = 'observe';
    try {
      const policy = createPolicy();
      policy.setMode('off');
      policy.update({ retry: false });
      expect(policy.mode).toBe('off');
    } finally {
      delete process.env.BREAKWATER_MODE;
    }
  });

  it('rejects an invalid mode', () => {
    const { policy } = bench();
    expect(() => policy.setMode(undefined as never)).toThrow('mode must be one of');
    expect(() => policy.setMode('on' as never)).toThrow(RangeError);
    expect(policy.mode).toBe('enforce');
  });
});
