import { getEventListeners } from 'node:events';
import { afterEach, expect } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import type { Policy } from '../src/policy/policy-port.js';
import { createPolicy } from '../src/policy.js';
import { eventNames, type PolicyEventName } from '../src/telemetry/events.js';
import { ManualClock } from '../src/testing/manual-clock.js';

/** A policy on a clock of its own, with the events that it emitted. */
export interface Bench {
  readonly clock: ManualClock;
  readonly policy: Policy;
  /** All events so far, oldest first, as `[name, event]`. */
  readonly events: readonly (readonly [PolicyEventName, Readonly<Record<string, unknown>>])[];
  /** The events of one name, without the fields that all have. */
  told(name: PolicyEventName): Record<string, unknown>[];
}

const clocks = new Set<ManualClock>();

/** Importing this file makes every test end with no timer left on any bench's clock. */
afterEach(() => {
  const pending = [...clocks].map((clock) => clock.pending);
  clocks.clear();
  expect(pending).toEqual(pending.map(() => 0));
});

/**
 * Makes a policy without chance or measurement: delays of 100 ms, draws of 0.5, round numbers for the breaker, and no
 * limit. `options` go before these.
 */
export function bench(options: PolicyOptions = {}, clock = new ManualClock()): Bench {
  clocks.add(clock);
  const policy = createPolicy({
    mode: 'enforce',
    retry: { backoff: steady },
    limit: false,
    clock,
    random: () => 0.5,
    ...options,
    breaker: options.breaker !== false && { consecutiveForMs: 0, openMs: 1_000, openFactor: 1.5, ...options.breaker },
  });
  const events: (readonly [PolicyEventName, Readonly<Record<string, unknown>>])[] = [];
  for (const name of eventNames) policy.on(name, (event) => events.push([name, { ...event }]));
  const told = (wanted: PolicyEventName) =>
    events
      .filter(([name]) => name === wanted)
      .map(([, { policy: _policy, key: _key, atMs: _atMs, ...details }]) => details);
  return { clock, policy, events, told };
}

/**
 * A bench at time 0 whose next throttled answer with a hint holds the key: another call was throttled two seconds ago.
 */
export async function throttledBench(options: PolicyOptions = {}, key = 'default'): Promise<Bench> {
  const made = bench(options, new ManualClock({ startMs: -2_000 }));
  await throttle(made.policy, key);
  await made.clock.advance(2_000);
  return made;
}

/** One call of a key is throttled, which holds that call alone. */
export async function throttle(policy: Policy, key = 'default'): Promise<void> {
  await policy.execute(() => ({ status: 429, headers: { 'retry-after-ms': '1' } }), { key, maxRetries: 0 });
}

/** 100 ms before every retry, throttled or not. */
export const steady = { kind: 'constant', baseMs: 100, throttledBaseMs: 100, jitter: 'none' } as const;

/** Returns the state of a promise so far. */
export interface Watched {
  readonly state: 'pending' | 'value' | 'error';
  readonly value: unknown;
}

/** Looks at a promise without waiting for it. Its rejection counts as handled. */
export function watch(promise: Promise<unknown>): Watched {
  const seen: { state: Watched['state']; value: unknown } = { state: 'pending', value: undefined };
  promise.then(
    (value) => Object.assign(seen, { state: 'value', value }),
    (error: unknown) => Object.assign(seen, { state: 'error', value: error }),
  );
  return seen;
}

/** Lets all timers run and gives what the promise ends with: its value, or its error as a value. */
export async function outcome(clock: ManualClock, promise: Promise<unknown>): Promise<unknown> {
  const seen = watch(promise);
  await clock.runAll();
  if (seen.state === 'pending') throw new Error('the call has not ended');
  return seen.value;
}

/** Returns the number of abort listeners of a signal. */
export function abortListeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** An error as a socket gives it. */
export function networkError(code = 'ECONNRESET'): Error {
  return Object.assign(new Error(code), { code });
}

/** A function that throws what it is given. */
export function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}
