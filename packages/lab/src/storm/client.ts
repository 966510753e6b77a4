/**
 * The process of the client under test: warms up, then begins every call of the schedule on time, whatever became of
 * the others.
 */
import { subscribe } from 'node:diagnostics_channel';
import { Bins } from './bins.js';
import { machineNow } from './clock.js';
import { originOfCall } from './load.js';
import { type Call, makeClient } from './make-client.js';
import {
  type ClientRecord,
  FAILED,
  type FromClient,
  GRACE_MS,
  OK,
  REFUSED,
  type ToClient,
  UNFINISHED,
} from './messages.js';
import { isRefusal } from './refusal.js';

type Prepare = Extract<ToClient, { type: 'prepare' }>;

const WARM_UP_PER_SECOND = 200;
const PROGRESS_MS = 200;

let plan: { readonly prepare: Prepare; readonly call: Call } | undefined;
let startsAtMs = Number.POSITIVE_INFINITY;
let attempts = new Bins(0);

process.on('message', (message) => {
  void handle(message as ToClient);
});
// The bench that started this process ends it: Ctrl-C in a terminal reaches the whole group.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
// Every request that anything in this process puts on the wire, or tries to.
subscribe('http.client.request.start', () => attempts.add(machineNow() - startsAtMs));

async function handle(message: ToClient): Promise<void> {
  if (message.type === 'prepare') {
    const call = await makeClient(message.client, message.timeoutMs, message.policy);
    plan = { prepare: message, call };
    tell({ type: 'ready', warmUpSuccess: await warmUp(message, call) });
  } else if (plan !== undefined) {
    tell({ type: 'result', record: await run(plan.prepare, plan.call, message.startsAtMs) });
  }
}

/**
 * So that the first phase does not measure the compiler. The share that succeeds is all of them, unless the machine is
 * starved.
 */
async function warmUp({ warmUpMs, urls }: Prepare, call: Call): Promise<number> {
  const count = Math.ceil((warmUpMs * WARM_UP_PER_SECOND) / 1_000);
  const starts = Float64Array.from({ length: count }, (_, index) => (index * 1_000) / WARM_UP_PER_SECOND);
  const ends: Promise<boolean>[] = [];
  await onSchedule(starts, machineNow(), (index) => {
    ends.push(
      begin(call, urls, index).then(
        () => true,
        () => false,
      ),
    );
  });
  return (await Promise.all(ends)).filter((ok) => ok).length / count;
}

async function run({ starts, urls, durationMs }: Prepare, call: Call, atMs: number): Promise<ClientRecord> {
  startsAtMs = atMs;
  attempts = new Bins(durationMs + GRACE_MS);
  const outcomes = new Uint8Array(starts.length).fill(UNFINISHED);
  const endsMs = new Float64Array(starts.length).fill(Number.NaN);
  const latenessMs = new Float32Array(starts.length);
  let [begun, ended, ok] = [0, 0, 0];

  const end = (index: number, outcome: number): void => {
    outcomes[index] = outcome;
    endsMs[index] = machineNow() - atMs;
    ended += 1;
    if (outcome === OK) ok += 1;
  };
  const progress = setInterval(() => tell({ type: 'progress', begun, ok, open: begun - ended }), PROGRESS_MS);
  const cpu = process.cpuUsage();
  await onSchedule(starts, atMs, (index) => {
    latenessMs[index] = machineNow() - atMs - (starts[index] ?? 0);
    begun += 1;
    begin(call, urls, index).then(
      () => end(index, OK),
      (error: unknown) => end(index, isRefusal(error) ? REFUSED : FAILED),
    );
  });
  const { user, system } = process.cpuUsage(cpu);
  const cpuShare = (user + system) / 1_000 / (machineNow() - atMs);
  await until(() => ended === starts.length, atMs + durationMs + GRACE_MS);
  clearInterval(progress);
  return { outcomes, endsMs, latenessMs, attempts: attempts.counts, cpuShare };
}

function begin(call: Call, urls: readonly string[], index: number): Promise<unknown> {
  const origin = originOfCall(index, urls.length);
  return call(urls[origin] ?? '', origin);
}

/**
 * Calls `start` for each when its time has come. Those that are late, because this process was busy, start at once, all
 * of them.
 */
function onSchedule(starts: Float64Array, atMs: number, start: (index: number) => void): Promise<void> {
  return new Promise((resolve) => {
    let next = 0;
    const step = (): void => {
      const elapsed = machineNow() - atMs;
      while (next < starts.length && (starts[next] ?? 0) <= elapsed) {
        start(next);
        next += 1;
      }
      if (next === starts.length) resolve();
      else setTimeout(step, Math.max(1, Math.floor(atMs + (starts[next] ?? 0) - machineNow())));
    };
    step();
  });
}

async function until(isDone: () => boolean, deadlineMs: number): Promise<void> {
  while (!isDone() && machineNow() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 20));
}

function tell(message: FromClient): void {
  process.send?.(message);
}
