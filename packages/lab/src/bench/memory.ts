import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createPolicy } from '@breakwater/core';
import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { callLoop } from './call-loop.js';
import type { Effort, Group, Section } from './group.js';
import { measure } from './measure.js';
import { holders, type MemoryAnswer, type MemoryOrder } from './memory-messages.js';
import type { TimedCase } from './timed.js';

const KEYS = 100_000;
/** Fewer for peers that weigh so much that 100,000 of them would not fit everywhere. */
const PEER_KEYS = 20_000;
const ROUNDS = 3;

/** Measures the weight of a key, its rest after it was forgotten, and the cost of a call if there are many. */
export const memory: Section = async (effort) => [
  await idleKeys(effort),
  ...(await evictedKeys(effort)),
  await costByKeys(effort),
];

async function idleKeys({ rounds: wanted, batch = KEYS }: Effort): Promise<Group> {
  const rounds = roundsOf(wanted);
  const cases = holders.map((name) => ({ name, samples: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, samples } of cases) {
      const keys = name.startsWith('breakwater') ? batch : Math.min(batch, PEER_KEYS);
      samples.push((await ask({ kind: 'hold', holder: name, keys }, 'hold')).bytesPerKey);
    }
  }
  return { name: 'memory: an idle key', unit: 'bytes', ours: 'breakwater', cases };
}

/** A heap is nearly the same each time, and takes seconds to fill. */
const roundsOf = (rounds = ROUNDS): number => Math.min(rounds, ROUNDS);

async function evictedKeys({ rounds: wanted, batch = KEYS }: Effort): Promise<Group[]> {
  const rounds = roundsOf(wanted);
  const answers = [];
  for (let round = 0; round < rounds; round += 1) answers.push(await ask({ kind: 'evict', keys: batch }, 'evict'));
  const heap = [
    { name: `of ${batch.toLocaleString('en')} keys`, samples: answers.map(({ held }) => held) },
    { name: 'left after keyIdleMs', samples: answers.map(({ idle }) => idle) },
    { name: 'left by maxKeys: 1', samples: answers.map(({ lru }) => lru) },
  ];
  const timers = [{ name: 'left', samples: answers.map((answer) => answer.timers) }];
  return [
    { name: 'memory: heap of keys, used and evicted', unit: 'bytes', cases: heap },
    { name: 'memory: timers of all those keys', unit: 'count', cases: timers },
  ];
}

const COUNTS = [1, 100, 10_000, 100_000];

/**
 * All keys in turn, which is the worst that can be done to the caches of a processor. What they have to do with it
 * shows in a mere map of small objects.
 */
async function costByKeys(effort: Effort): Promise<Group> {
  const cases: TimedCase[] = [{ name: 'bare', run: callLoop(() => ok()) }];
  for (const count of COUNTS) cases.push(await keyedCase('breakwater', count, breakwater(count)));
  for (const count of COUNTS)
    cases.push(
      await keyedCase(
        'a Map',
        count,
        mapOf(() => (fn) => fn()),
      ),
    );
  for (const count of COUNTS)
    cases.push(await keyedCase('a Map of cockatiel breakers', count, mapOf(cockatielBreaker)));
  const samples = await measure(cases, effort, { rounds: 40, batch: 5_000 });
  return { name: 'memory: a call among many keys', unit: 'ns', reading: 'over', base: 'bare', cases: samples };
}

type KeyedCall = (key: string) => Promise<unknown>;

async function keyedCase(library: string, count: number, call: KeyedCall): Promise<TimedCase> {
  const keys = Array.from({ length: count }, (_, index) => `https://host-${index}.example.com`);
  for (const key of keys) await call(key);
  let next = 0;
  const run = callLoop(() => {
    next = next + 1 < count ? next + 1 : 0;
    return call(keys[next] ?? '');
  });
  return { name: `${library}, ${count.toLocaleString('en')} ${count === 1 ? 'key' : 'keys'}`, run };
}

const ok = async (): Promise<number> => 42;

function breakwater(maxKeys: number): KeyedCall {
  const policy = createPolicy({ maxKeys });
  return (key) => policy.execute(ok, { key });
}

function mapOf(make: () => (fn: typeof ok) => Promise<unknown>): KeyedCall {
  const entries = new Map<string, { calls: number; execute(fn: typeof ok): Promise<unknown> }>();
  return (key) => {
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { calls: 0, execute: make() };
      entries.set(key, entry);
    }
    entry.calls += 1;
    return entry.execute(ok);
  };
}

function cockatielBreaker(): (fn: typeof ok) => Promise<unknown> {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker: new ConsecutiveBreaker(5) });
  return (fn) => breaker.execute(fn);
}

/** In a fresh process with an empty heap. */
async function ask<K extends MemoryAnswer['kind']>(order: MemoryOrder, kind: K) {
  const file = fileURLToPath(new URL('./memory-child.mjs', import.meta.url));
  const child = fork(file, [], { execArgv: ['--expose-gc'] });
  child.send(order);
  const answer = await Promise.race([
    once(child, 'message').then(([message]) => message as MemoryAnswer),
    once(child, 'exit').then(([code]) => `it ended with ${code}`),
  ]);
  if (typeof answer === 'string' || answer.kind !== kind) throw new Error(`no answer about memory: ${answer}`);
  return answer as Extract<MemoryAnswer, { kind: K }>;
}
