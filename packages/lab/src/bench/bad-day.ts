import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPolicy } from '@breakwater/core';
import * as cockatiel from 'cockatiel';
import CircuitBreaker from 'opossum';
import { AGAIN, type Effort, type Group, type Section } from './group.js';
import { openCockatiel, openOpossum, openPolicy } from './open-circuits.js';

const CALLS_PER_MS = 10;
const LISTENERS = 100;
const PLACES = 10;
const WAITING = 5_000;
const USUAL = { rounds: 10, batch: 3_000 };

/** A call that is to be refused; it returns what it rejects with, or a promise of that. */
interface RefusedCase {
  readonly name: string;
  call(): unknown;
}

/**
 * Measures a bad day: 10,000 calls a second that are all refused. For each library: the time of the processor and the
 * garbage of a refused call, and how late the event loop is meanwhile.
 */
export const badDay: Section = async (effort) => [
  ...(await groupsOf('an open circuit', await openCases(), effort)),
  ...(await groupsOf(`${LISTENERS} listeners`, await heardCases(), effort)),
  ...(await groupsOf('a full limit with 5,000 waiting', await fullCases(), effort)),
];

async function openCases(): Promise<RefusedCase[]> {
  const [ours, theirs, opossum] = [await openPolicy(), await openCockatiel(), openOpossum()];
  return [
    { name: 'breakwater', call: () => ours.execute(never) },
    { name: 'cockatiel', call: () => theirs.policy.execute(never) },
    { name: 'opossum', call: () => opossum.fire() },
  ];
}

/** Each library's event for a failed or refused call. */
async function heardCases(): Promise<RefusedCase[]> {
  const [ours, theirs, opossum] = [await openPolicy(), await openCockatiel(), openOpossum()];
  opossum.setMaxListeners(0);
  const heard = { events: 0 };
  const listener = (): void => {
    heard.events += 1;
  };
  for (let count = 0; count < LISTENERS; count += 1) {
    // A function of its own each time, as an application would have.
    ours.on('reject', () => listener());
    theirs.breaker.onFailure(() => listener());
    opossum.on('reject', () => listener());
  }
  return [
    { name: 'breakwater', call: () => ours.execute(never) },
    { name: 'cockatiel', call: () => theirs.policy.execute(never) },
    { name: 'opossum', call: () => opossum.fire() },
  ];
}

/** Each has as many under way as it lets through, and as many waiting as fit. opossum has no queue. */
async function fullCases(): Promise<RefusedCase[]> {
  const hanging = (): Promise<never> => new Promise(() => {});
  const policy = createPolicy({
    retry: false,
    limit: { kind: 'fixed', concurrency: PLACES, queue: WAITING, maxQueueMs: 3_600_000 },
  });
  const bulkhead = cockatiel.bulkhead(PLACES, WAITING);
  const opossum = new CircuitBreaker(hanging, { timeout: false, capacity: PLACES });
  for (let call = 0; call < PLACES + WAITING; call += 1) {
    ignore(policy.execute(hanging));
    ignore(bulkhead.execute(hanging));
  }
  for (let call = 0; call < PLACES; call += 1) ignore(opossum.fire());
  await sleep(1);
  const { limit } = policy.snapshot().keys.default ?? {};
  if (limit?.waiting !== WAITING || bulkhead.queueSlots !== 0) throw new Error('5,000 calls were to be waiting');
  return [
    { name: 'breakwater', call: () => policy.execute(never) },
    { name: 'cockatiel, bulkhead', call: () => bulkhead.execute(never) },
    { name: 'opossum, capacity', call: () => opossum.fire() },
  ];
}

/** Called by no refused call. */
function never(): never {
  throw new Error('the call was to be refused');
}

async function groupsOf(what: string, ours: readonly RefusedCase[], effort: Effort): Promise<Group[]> {
  const bare = async (): Promise<never> => {
    throw new Error('refused');
  };
  const cases = [{ name: 'bare', call: bare }, { name: AGAIN, call: bare }, ...ours];
  const { rounds = USUAL.rounds, batch = USUAL.batch } = effort;
  const cpu = samplesOf(cases);
  const garbage = samplesOf(cases);
  const delay = samplesOf(cases);
  for (let round = -1; round < rounds; round += 1) {
    for (const [place] of cases.entries()) {
      const index = (place + round + 1) % cases.length;
      const measured = await pacedRound(cases[index]?.call ?? bare, batch);
      if (round < 0) continue;
      cpu[index]?.samples.push(measured.cpuNs);
      garbage[index]?.samples.push(measured.bytes);
      delay[index]?.samples.push(measured.delayNs);
    }
  }
  const name = `bad day: ${what}`;
  return [
    { name: `${name}, processor`, unit: 'ns', ours: 'breakwater', cases: cpu },
    { name: `${name}, garbage`, unit: 'bytes', ours: 'breakwater', cases: garbage },
    { name: `${name}, event loop late at most by`, unit: 'delay', cases: delay },
  ];
}

const samplesOf = (cases: readonly RefusedCase[]) => cases.map(({ name }) => ({ name, samples: [] as number[] }));

/**
 * 10,000 calls a second, ten at a time, until `calls` have been made. The timers that it takes are a part of the
 * figures.
 */
async function pacedRound(call: () => unknown, calls: number) {
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
  const late = monitorEventLoopDelay({ resolution: 1 });
  late.enable();
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const begunMs = performance.now();
  let rejected = 0;
  const count = (): void => {
    rejected += 1;
  };
  for (let made = 0; made < calls; ) {
    await sleep(1);
    const due = Math.min(calls, Math.ceil((performance.now() - begunMs) * CALLS_PER_MS));
    for (; made < due; made += 1) (call() as Promise<unknown>).then(undefined, count);
  }
  await sleep(1);
  const { user, system } = process.cpuUsage(cpuBefore);
  const bytes = process.memoryUsage().heapUsed - heapBefore;
  late.disable();
  if (rejected !== calls) throw new Error(`${calls - rejected} calls were to be refused, and were not`);
  // The resolution is a part of each figure.
  return { cpuNs: ((user + system) * 1_000) / calls, bytes: bytes / calls, delayNs: Math.max(0, late.max - 1e6) };
}

function ignore(ended: Promise<unknown>): void {
  ended.then(undefined, () => {});
}
