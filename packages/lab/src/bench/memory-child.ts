// A process that holds one kind of keys and tells what they weigh. Runs with --expose-gc.
import { createPolicy, type PolicyOptions } from '@breakwater/core';
import * as cockatiel from 'cockatiel';
import CircuitBreaker from 'opossum';
import type { Holder, MemoryAnswer, MemoryOrder } from './memory-messages.js';
import { ShiftedClock } from './shifted-clock.js';

/** Answers after one call of each key: an idle key is one that has been used. */
type Fill = (names: readonly string[]) => Promise<unknown>;

process.once('disconnect', () => process.exit(1));
process.once('message', async (order: MemoryOrder) => {
  const answer = order.kind === 'hold' ? await hold(order.holder, order.keys) : await evict(order.keys);
  process.send?.(answer, () => process.exit(0));
});

async function hold(holder: Holder, keys: number): Promise<MemoryAnswer> {
  const fill = fillers[holder];
  // The same path with other keys: what is compiled and cached on the way is there before the base is taken.
  const first = await fill(namesOf(200, 'warm'));
  const names = namesOf(keys, 'host');
  const base = heapBytes();
  const held = await fill(names);
  const bytesPerKey = (heapBytes() - base) / keys;
  keepAlive(first, held, names);
  return { kind: 'hold', bytesPerKey };
}

const fillers: Readonly<Record<Holder, Fill>> = {
  breakwater: async (names) => {
    const policy = createPolicy({ maxKeys: names.length });
    for (const key of names) await policy.execute(ok, { key });
    return policy;
  },
  'breakwater, window full of failures': async (names) => {
    const clock = new ShiftedClock();
    const policy = createPolicy({ clock, maxKeys: names.length, retry: false });
    // A failure and a success in each tenth of the window: no rule is met, and every slice has something to remember.
    for (let slice = 0; slice < 10; slice += 1) {
      for (const key of names) {
        await policy.execute(fail, { key }).catch(() => {});
        await policy.execute(ok, { key });
      }
      clock.pass(3_000);
    }
    return policy;
  },
  'cockatiel, sampling breaker': (names) =>
    fillMap(names, () => cockatielBreaker(new cockatiel.SamplingBreaker({ threshold: 0.5, duration: 30_000 }))),
  'cockatiel, consecutive breaker': (names) =>
    fillMap(names, () => cockatielBreaker(new cockatiel.ConsecutiveBreaker(5))),
  opossum: (names) =>
    fillMap(names, () => {
      const breaker = new CircuitBreaker(ok, { timeout: false });
      return { execute: () => breaker.fire() };
    }),
};

/** Keys that are used once, by policies that may not keep them. */
async function evict(keys: number): Promise<MemoryAnswer> {
  await warmUp();
  const names = namesOf(keys, 'host');
  const base = heapBytes();
  const filled = async (options: PolicyOptions) => {
    const policy = createPolicy(options);
    for (const key of names) await policy.execute(ok, { key });
    return policy;
  };

  const clock = new ShiftedClock();
  const idle = await filled({ clock, maxKeys: keys * 2, keyIdleMs: 60_000 });
  const heldBytes = heapBytes() - base;
  clock.pass(60_000);
  await idle.execute(ok, { key: 'the next one' });
  const idleBytes = heapBytes();
  const lru = await filled({ maxKeys: 1 });
  const lruBytes = heapBytes() - idleBytes;
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  keepAlive(idle, lru, names);
  return { kind: 'evict', held: heldBytes, idle: idleBytes - base, lru: lruBytes, timers };
}

/** A separate function, because the frame of a waiting function keeps its values alive. */
async function warmUp(): Promise<void> {
  await fillers.breakwater(namesOf(200, 'warm'));
}

async function fillMap(names: readonly string[], make: () => { execute(fn: typeof ok): unknown }): Promise<unknown> {
  const map = new Map<string, { execute(fn: typeof ok): unknown }>();
  for (const key of names) {
    const breaker = make();
    map.set(key, breaker);
    await breaker.execute(ok);
  }
  return map;
}

const cockatielBreaker = (breaker: cockatiel.IBreaker): cockatiel.CircuitBreakerPolicy =>
  cockatiel.circuitBreaker(cockatiel.handleAll, { halfOpenAfter: 1_000, breaker });

const ok = async (): Promise<number> => 42;
const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const fail = (): Promise<never> => Promise.reject(refused);

/**
 * The names are their user's, and there before the base is taken: whole, not as the parts that they are put together
 * of.
 */
function namesOf(count: number, prefix: string): string[] {
  return [...new Set(Array.from({ length: count }, (_, index) => `https://${prefix}-${index}.example.com`))];
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('to be run with --expose-gc');
  for (let times = 0; times < 3; times += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function keepAlive(...values: readonly unknown[]): void {
  if (values.includes(undefined)) throw new Error('something was lost on the way');
}
