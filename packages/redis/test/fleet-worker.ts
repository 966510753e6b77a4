// One process of a fleet for the tests: does the tasks that its parent sends, and reports the results.
import { Agent, get, type IncomingMessage } from 'node:http';
import { setImmediate as immediately, setTimeout as pass } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createPolicy, isCircuitOpen, type Policy, type PolicyOptions, systemClock } from '@breakwater/core';
import { Cluster, Redis } from 'ioredis-5';
import { createClient, createCluster } from 'redis-5';
import { createClient as createClient6 } from 'redis-6';
import type { RedisStoreOptions } from '../src/options.js';
import { openStore, type RedisStore } from '../src/redis-store.js';

export interface Setup {
  readonly redis: string | readonly string[] | undefined;
  /**
   * Client library; `redis` is version 5.
   *
   * @default 'redis'
   */
  readonly client?: 'redis' | 'redis 6' | 'ioredis';
  /** Skips the wait for the connection, for a server that refuses it. */
  readonly connects?: 'later';
  readonly store: Omit<RedisStoreOptions, 'client'>;
  readonly policy: PolicyOptions;
  readonly upstream: string;
  /** Error of this process's clocks, in ms. */
  readonly clockOffMs?: number;
  readonly layoutVersion?: string;
}

export type CallResult = {
  readonly kind: 'answered' | 'failed' | 'refused';
  readonly retryAfterMs?: number | undefined;
};

export interface LoadResult {
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  /** Calls that had not ended when the process began its next task. */
  readonly waited: number;
}

/** Attempts in a circuit that was half-open when they began. */
export interface ProbeResult {
  readonly probes: number;
  readonly mostAtOnce: number;
}

let upstream = '';
let policy: Policy;
let store: RedisStore | undefined;
let endClient: () => unknown = () => {};
let loading = false;
const agent = new Agent({ keepAlive: true });

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export const operations = {
  async start(setup: Setup): Promise<void> {
    operations.stop();
    upstream = setup.upstream;
    const offMs = setup.clockOffMs ?? 0;
    store = setup.redis === undefined ? undefined : await openRedis(setup);
    policy = createPolicy({
      ...setup.policy,
      ...(store && { store }),
      clock: {
        now: () => systemClock.now() + offMs,
        wallNow: () => systemClock.wallNow() + offMs,
        schedule: systemClock.schedule,
      },
    });
    policy.on('breaker', ({ key, to }) => tell({ event: 'breaker', key, to, atMs: nowMs() }));
    policy.on('store', ({ status }) => tell({ event: 'store', key: '', to: status, atMs: nowMs() }));
  },

  stop(): void {
    loading = false;
    policy?.close();
    store?.close();
    endClient();
    store = undefined;
    endClient = () => {};
  },

  /** Moves the upstream of this process to another address. */
  pointTo(url: string): void {
    upstream = url;
  },

  async call({ key, times = 1 }: { key: string; times?: number }): Promise<CallResult[]> {
    const results: CallResult[] = [];
    for (let i = 0; i < times; i += 1) results.push(await callOnce(key));
    return results;
  },

  /** Calls each of so many keys once. */
  async callEach({ prefix, keys }: { prefix: string; keys: number }): Promise<void> {
    for (let key = 0; key < keys; key += 1) await policy.execute(() => 'fine', { key: `https://${prefix}-${key}` });
  },

  /** Makes calls until `stopCalling`, each `pauseMs` after the end of the last one. */
  keepCalling({ key, pauseMs }: { key: string; pauseMs: number }): void {
    loading = true;
    void (async () => {
      while (loading) {
        await callOnce(key);
        await pass(pauseMs);
      }
    })();
  },

  stopCalling(): void {
    loading = false;
  },

  /** Makes calls whose attempts need no network and end at once. Every `failEvery`th fails. */
  async load(load: { key: string; perSecond: number; ms: number; failEvery?: number }): Promise<LoadResult> {
    const { key, perSecond, ms, failEvery = Number.POSITIVE_INFINITY } = load;
    const counts = { calls: 0, answered: 0, failed: 0, refused: 0, waited: 0 };
    const startMs = performance.now();
    while (performance.now() - startMs < ms) {
      const due = Math.floor(((performance.now() - startMs) / 1_000) * perSecond);
      while (counts.calls < due) {
        counts.calls += 1;
        let hasEnded = false;
        const ended = attemptOnce(policy, key, counts.calls % failEvery === 0).finally(() => {
          hasEnded = true;
        });
        await immediately();
        if (!hasEnded) counts.waited += 1;
        counts[await ended] += 1;
      }
      await pass(2);
    }
    return counts;
  },

  /** Makes bursts of calls that fail after some time. Counts those that began while the circuit was half-open. */
  async probe({ key, ms }: { key: string; ms: number }): Promise<ProbeResult> {
    const counts = { probes: 0, mostAtOnce: 0 };
    let underWay = 0;
    const attempt = async (): Promise<void> => {
      const isProbe = policy.breaker(key).state === 'half-open';
      if (isProbe) counts.probes += 1;
      underWay += isProbe ? 1 : 0;
      counts.mostAtOnce = Math.max(counts.mostAtOnce, underWay);
      await pass(30);
      underWay -= isProbe ? 1 : 0;
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    };
    const startMs = performance.now();
    const called: Promise<unknown>[] = [];
    while (performance.now() - startMs < ms) {
      for (let i = 0; i < 4; i += 1) called.push(policy.execute(attempt, { key }).catch(() => {}));
      await pass(20);
    }
    await Promise.all(called);
    return counts;
  },

  /** Makes calls that fail without network, one after the other. */
  async fail({ key, times }: { key: string; times: number }): Promise<void> {
    for (let i = 0; i < times; i += 1) await attemptOnce(policy, key, true);
  },

  state(key: string): string {
    return policy.breaker(key).state;
  },

  control({ key, action }: { key: string; action: 'open' | 'close' | 'reset' }): void {
    policy.breaker(key)[action]();
  },

  /** Answers when the process comes to it. */
  turn(): void {},

  /** Number of keys that the policy keeps. */
  keys(): number {
    return Object.keys(policy.snapshot().keys).length;
  },

  /** Heap in use after a full collection, in bytes. */
  heapBytes(): number {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  },

  flush(): Promise<void> | undefined {
    return store?.flush();
  },
};

export type Operations = typeof operations;

/** One thing that happened, on the clock that all processes of a machine share. */
export interface FleetEvent {
  readonly event: 'breaker' | 'store';
  readonly key: string;
  readonly to: string;
  readonly atMs: number;
}

async function openRedis({
  redis,
  client: library,
  connects,
  store: options,
  layoutVersion,
}: Setup): Promise<RedisStore> {
  const reconnectStrategy = (): number => 50;
  if (typeof redis === 'string' && library === 'ioredis') {
    const client = new Redis(redis, { retryStrategy: reconnectStrategy });
    client.on('error', () => {});
    endClient = () => client.disconnect();
    return openStore({ ...options, client }, layoutVersion);
  }
  if (typeof redis === 'string') {
    const options5or6 = { url: redis, socket: { reconnectStrategy } };
    const client = library === 'redis 6' ? createClient6(options5or6) : createClient(options5or6);
    client.on('error', () => {});
    const connected = client.connect();
    if (connects === 'later') connected.catch(() => {});
    else await connected;
    endClient = () => client.destroy();
    return openStore({ ...options, client }, layoutVersion);
  }
  if (library === 'ioredis') {
    const client = new Cluster([...(redis ?? [])], { clusterRetryStrategy: reconnectStrategy });
    client.on('error', () => {});
    endClient = () => client.disconnect();
    return openStore({ ...options, client }, layoutVersion);
  }
  const rootNodes = (redis ?? []).map((url) => ({ url }));
  const client = createCluster({ rootNodes, defaults: { socket: { reconnectStrategy } } });
  client.on('error', () => {});
  await client.connect();
  endClient = () => client.destroy();
  return openStore({ ...options, client }, layoutVersion);
}

/** A call whose attempt ends at once. */
function attemptOnce(by: Policy, key: string, fails: boolean): Promise<'answered' | 'failed' | 'refused'> {
  const attempt = (): void => {
    if (fails) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  };
  return by.execute(attempt, { key }).then(
    () => 'answered' as const,
    (error: unknown) => (isCircuitOpen(error) ? 'refused' : 'failed'),
  );
}

async function callOnce(key: string): Promise<CallResult> {
  try {
    const { status } = await policy.execute(() => request(), { key });
    return { kind: status < 500 ? 'answered' : 'failed' };
  } catch (error) {
    if (!isCircuitOpen(error)) return { kind: 'failed' };
    return { kind: 'refused', retryAfterMs: (error as { retryAfterMs?: number }).retryAfterMs };
  }
}

function request(): Promise<{ status: number; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    get(upstream, { agent, headers: { 'x-process': String(process.pid) } }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

function tell(message: object): void {
  process.send?.(message);
}

process.on(
  'message',
  async ({ id, operation, argument }: { id: number; operation: keyof Operations; argument: never }) => {
    try {
      tell({ id, result: await operations[operation](argument) });
    } catch (error) {
      tell({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  },
);

tell({ id: 0 });
