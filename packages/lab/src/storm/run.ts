import type { PolicyOptions } from '@breakwater/core';
import type { Bundle } from './bundle.js';
import { type Child, startChild } from './child.js';
import type { Client } from './client-names.js';
import { machineNow } from './clock.js';
import { startTimes } from './load.js';
import { type FromClient, type FromServer, GRACE_MS, type ToClient, type ToServer } from './messages.js';
import { clientTimeoutOf, type RunRecord } from './run-record.js';
import { durationOf, type Shape } from './shape.js';

/** One client in one shape at one rate. */
export interface RunPlan {
  readonly shape: Shape;
  readonly rate: number;
  readonly client: Client;
  readonly policy: PolicyOptions | undefined;
  readonly warmUpMs: number;
}

export interface RunProgress {
  readonly elapsedMs: number;
  readonly begun: number;
  readonly ok: number;
  readonly open: number;
}

/** Time for two processes to start and to take in the order to go. */
const LEAD_MS = 200;
const START_UP_MS = 700;

/** Least duration of a run. */
export const estimateMs = ({ shape, warmUpMs }: RunPlan): number =>
  durationOf(shape) + warmUpMs + LEAD_MS + START_UP_MS;

/** Runs it in two fresh processes that are gone when the promise settles, however it settles. */
export async function runOne(
  plan: RunPlan,
  bundle: Bundle,
  signal: AbortSignal,
  onProgress: (progress: RunProgress) => void,
): Promise<RunRecord> {
  const server = startChild<ToServer, FromServer>('server', bundle.server);
  const client = startChild<ToClient, FromClient>('client', bundle.client);
  const guard = guardOf(signal, estimateMs(plan) + GRACE_MS + PATIENCE_MS);
  try {
    return await Promise.race([conduct(plan, server, client, onProgress), guard.broken]);
  } finally {
    guard.release();
    await Promise.all([server.end(), client.end()]);
  }
}

async function conduct(
  { shape, rate, client: { name }, policy, warmUpMs }: RunPlan,
  server: Child<ToServer, FromServer>,
  client: Child<ToClient, FromClient>,
  onProgress: (progress: RunProgress) => void,
): Promise<RunRecord> {
  const durationMs = durationOf(shape);
  const starts = startTimes(shape, rate);
  server.send({ type: 'listen', shape });
  const { ports } = await server.next('listening');
  const urls = ports.map((port) => `http://127.0.0.1:${port}/`);
  const timeoutMs = clientTimeoutOf(shape);
  client.send({ type: 'prepare', client: name, policy, urls, timeoutMs, warmUpMs, starts, durationMs });
  const { warmUpSuccess } = await client.next('ready');

  const startsAtMs = machineNow() + LEAD_MS;
  client.on('progress', (message) => onProgress({ ...message, elapsedMs: machineNow() - startsAtMs }));
  server.send({ type: 'go', startsAtMs });
  client.send({ type: 'go', startsAtMs });
  const { record } = await client.next('result');
  server.send({ type: 'finish' });
  const { origins } = await server.next('result');
  return { starts, warmUpSuccess, client: record, origins };
}

/** A client that is too busy to end on time gets that much more; a run that hangs ends with an error. */
const PATIENCE_MS = 30_000;

/** Rejects when the bench is stopped, or when the time is up. */
function guardOf(signal: AbortSignal, ms: number): { readonly broken: Promise<never>; release(): void } {
  let release = (): void => {};
  const broken = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(new Error('stopped'));
    const timer = setTimeout(() => reject(new Error(`no end after ${Math.round(ms / 1_000)} s`)), ms);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    release = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  broken.catch(() => {});
  return { broken, release };
}
