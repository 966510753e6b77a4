import { Agent, get } from 'node:http';
import { createPolicy, isCircuitOpen, memoryStore, type PolicyOptions } from '@breakwater/core';
import { redisStore } from '@breakwater/redis';
import { createClient } from 'redis-5';
import { refused, roundTripBreaker } from './round-trip-breaker.js';

/** Keeper of the breaker: this process alone, the fleet in the background, or Redis before each call. */
export type Kind = 'no store' | 'breakwater' | 'round trip';

/** Calls an upstream through a breaker. */
export interface Caller {
  call(): Promise<'answered' | 'refused'>;
  close(): Promise<void>;
}

export const OPEN_MS = 20_000;
const KEY = 'upstream';

export async function callerOf(kind: Kind, redisUrl: string, upstreamUrl: string, prefix: string): Promise<Caller> {
  const agent = new Agent({ keepAlive: true });
  const fetchStatus = (): Promise<Answer> => request(upstreamUrl, agent);
  const client = createClient({ url: redisUrl });
  client.on('error', () => {});
  await client.connect();
  const close = async (): Promise<void> => {
    agent.destroy();
    client.destroy();
  };
  if (kind === 'round trip') {
    const breaker = await roundTripBreaker(client, OPEN_MS);
    const failed = ({ status }: Answer): boolean => status >= 500;
    const call = (): Promise<Answer> => breaker.call(prefix, fetchStatus, failed);
    return { call: () => ended(call(), (error) => error === refused), close };
  }
  const store = kind === 'breakwater' ? redisStore({ client, prefix }) : memoryStore();
  const policy = createPolicy({ ...options, store });
  return {
    call: () => ended(policy.execute(fetchStatus, { key: KEY }), isCircuitOpen),
    async close() {
      policy.close();
      await close();
    },
  };
}

/**
 * Without retries, so that a call is an attempt; five failures in a row open it, as in the breaker that this is
 * compared with.
 */
const options: PolicyOptions = {
  name: 'bench',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 5, consecutiveForMs: 0, openMs: OPEN_MS },
};

interface Answer {
  readonly status: number;
  readonly headers: object;
}

async function ended(call: Promise<unknown>, isRefusal: (error: unknown) => boolean): Promise<'answered' | 'refused'> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    if (isRefusal(error)) return 'refused';
    throw error;
  }
}

function request(url: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    }).on('error', reject);
  });
}
