// A fleet of eight processes, with both clients, whose Redis is killed, stopped and failed over at random, for ten
// minutes or `--seconds`. Ends with status 1 if an invariant did not hold.
import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PolicyOptions } from '@breakwater/core';
import { startFleet, until } from '../fleet.js';
import type { Setup } from '../fleet-worker.js';
import { answer, startUpstream } from '../upstream.js';
import { harms, startMovingRedis } from './moving-redis.js';

const PROCESSES = 8;
const AGREED_WITHIN_MS = 2_000;
/** Number of keys that the rounds use in turn, so that only leaks make the heap grow. */
const KEYS = 4;
/** Largest growth of a process's heap, from the first quarter of the rounds to the last, that is no leak. */
const HEAP_GROWTH = 0.2;
const policy: PolicyOptions = {
  name: 'soak',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 3, consecutiveForMs: 0, openMs: 1_000, openFactor: 1, successesToClose: 1 },
};

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } });
const endMs = performance.now() + 1_000 * Number(values.seconds);
const [redis, fleet, upstream] = await Promise.all([startMovingRedis(), startFleet(PROCESSES), startUpstream()]);
const broken: string[] = [];
const heaps: number[] = [];
const slowestMs = { calm: 0, open: 0, closed: 0 };
let [round, calls, probes] = [0, 0, 0];

// If a lease comes late on a busy machine, the local rule holds. That would break no invariant.
const store = { prefix: 'soak', quorum: 1, probeWaitMs: 2_000 };
const setup: Setup = { redis: redis.url, upstream: upstream.url, policy, store };
// Both clients in one fleet. Version 5 of `redis` can mix answers up after a cut, and the store does not trust it then.
const clients = ['redis 6', 'ioredis'] as const;
await Promise.all(
  fleet.members.map((member, index) => member.ask('start', { ...setup, client: clients[index % 2] ?? 'redis 6' })),
);

while (performance.now() < endMs) {
  round += 1;
  const harm = harms[Math.floor(Math.random() * harms.length)] ?? 'killed';
  const ms = 200 + Math.random() * 2_000;
  const [results, probing, calmMs] = await Promise.all([
    fleet.askAll('load', { key: 'well', perSecond: 100, ms: ms + 500 }),
    fleet.askAll('probe', { key: 'sick', ms }),
    redis.harm(harm, ms).then(() => performance.now()),
  ]);
  // Without Redis each process follows its own rule, which allows one probe.
  const most = Math.max(...probing.map(({ mostAtOnce }) => mostAtOnce));
  if (most > 1) broken.push(`round ${round}, ${harm}: ${most} probes at a time in one process`);
  probes += probing.reduce((sum, { probes }) => sum + probes, 0);
  calls += results.reduce((sum, result) => sum + result.calls, 0);
  const failed = results.filter((result) => result.answered !== result.calls || result.waited > 0);
  if (failed.length > 0) broken.push(`round ${round}, ${harm}: calls failed or waited: ${JSON.stringify(failed)}`);
  await calm(calmMs, harm);
  await agreeOn('open', 'closed', harm);
  heaps.push(Math.max(...(await fleet.askAll('heapBytes'))));
}

await Promise.all([fleet.stop(), redis.stop(), upstream.stop()]);
const quarter = Math.ceil(heaps.length / 4);
const mean = (some: readonly number[]): number => some.reduce((sum, heap) => sum + heap, 0) / some.length;
const growth = mean(heaps.slice(-quarter)) / mean(heaps.slice(0, quarter)) - 1;
if (growth > HEAP_GROWTH) broken.push(`the largest heap grew by ${(growth * 100).toFixed(0)} %`);
console.log(`${round} rounds, ${calls} calls beside a Redis in trouble, none to fail for it.`);
console.log(`${probes} probes meanwhile, never two at a time in a process.`);
console.log(`All have Redis again ${slowestMs.calm.toFixed(0)} ms after a harm at the slowest.`);
console.log(
  `All open after ${slowestMs.open.toFixed(0)} ms, all closed after ${slowestMs.closed.toFixed(0)} ms at the slowest.`,
);
console.log(`Largest heap: ${(growth * 100).toFixed(1)} % from the first quarter of the rounds to the last.`);
for (const what of broken) console.log(`BROKEN: ${what}`);
process.exitCode = broken.length > 0 ? 1 : 0;

/** Resolves when all processes have Redis again. `sinceMs`: the end of the harm. */
async function calm(sinceMs: number, harm: string): Promise<void> {
  const key = `calm ${round % KEYS}`;
  await fleet.members[0]?.ask('control', { key, action: 'open' });
  await until('all to be back', 60_000, async () => {
    await fleet.askAll('call', { key });
    return (await fleet.askAll('state', key)).every((state) => state === 'forced-open');
  }).catch((error: unknown) => broken.push(`round ${round}, ${harm}: ${String(error)}`));
  const tookMs = performance.now() - sinceMs;
  slowestMs.calm = Math.max(slowestMs.calm, tookMs);
  if (tookMs > AGREED_WITHIN_MS) broken.push(`round ${round}, ${harm}: all back after ${tookMs.toFixed(0)} ms`);
  await fleet.members[0]?.ask('control', { key, action: 'close' });
  await agree(key, 'closed', harm);
}

/** One process opens a circuit by its own failures, and a probe of one process closes it, for all of them. */
async function agreeOn(open: 'open', closed: 'closed', harm: string): Promise<void> {
  const key = `trip ${round % KEYS}`;
  upstream.mode = 'fine';
  await fleet.askAll('call', { key });
  await fleet.members[round % PROCESSES]?.ask('fail', { key, times: 3 });
  await agree(key, open, harm);
  await pass(1_200);
  upstream.arrivals.length = 0;
  upstream.mode = 'hold';
  const called = fleet.askAll('call', { key });
  await until('a probe', 10_000, () => upstream.arrivals.length > 0).catch(() =>
    broken.push(`round ${round}, ${harm}: no probe came`),
  );
  await pass(200);
  if (upstream.arrivals.length > 1)
    broken.push(`round ${round}, ${harm}: ${upstream.arrivals.length} probes at a time`);
  upstream.mode = 'fine';
  for (const { response } of upstream.arrivals) answer(response, 200);
  await called;
  await agree(key, closed, harm);
}

async function agree(key: string, wanted: 'open' | 'closed', harm: string): Promise<void> {
  const startMs = performance.now();
  await until(`all ${wanted}`, 20_000, async () =>
    (await fleet.askAll('state', key)).every((state) => state === wanted),
  ).catch((error: unknown) => broken.push(`round ${round}, ${harm}: ${String(error)}`));
  const tookMs = performance.now() - startMs;
  slowestMs[wanted] = Math.max(slowestMs[wanted], tookMs);
  if (tookMs > AGREED_WITHIN_MS) broken.push(`round ${round}, ${harm}: all ${wanted} after ${tookMs.toFixed(0)} ms`);
}
