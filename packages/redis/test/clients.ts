import { Redis as Ioredis5 } from 'ioredis-5';
import { Redis as Ioredis6 } from 'ioredis-6';
import { createClient as createClient4 } from 'redis-4';
import { createClient as createClient5 } from 'redis-5';
import { createClient as createClient6 } from 'redis-6';
import type { RedisClient } from '../src/clients/redis-client.js';

/** A client, and the function with which its user closes it. */
export interface OpenClient {
  readonly client: RedisClient;
  end(): Promise<void>;
}

type Connect = (url: string) => Promise<OpenClient>;

const RECONNECT_MS = 50;

/** All clients that the store works with, as users make them. */
export const clients: Readonly<Record<string, Connect>> = {
  'redis 4': async (url) => {
    const client = createClient4({ url, socket: { reconnectStrategy: () => RECONNECT_MS } });
    client.on('error', () => {});
    await client.connect();
    return { client, end: () => client.disconnect() };
  },
  'redis 5': async (url) => {
    const client = createClient5({ url, socket: { reconnectStrategy: () => RECONNECT_MS } });
    client.on('error', () => {});
    await client.connect();
    return { client, end: async () => client.destroy() };
  },
  'redis 6': async (url) => {
    const client = createClient6({ url, socket: { reconnectStrategy: () => RECONNECT_MS } });
    client.on('error', () => {});
    await client.connect();
    return { client, end: async () => client.destroy() };
  },
  'ioredis 5': async (url) => {
    const client = new Ioredis5(url, { lazyConnect: true, retryStrategy: () => RECONNECT_MS });
    client.on('error', () => {});
    await client.connect();
    return { client, end: async () => client.disconnect() };
  },
  'ioredis 6': async (url) => {
    const client = new Ioredis6(url, { lazyConnect: true, retryStrategy: () => RECONNECT_MS });
    client.on('error', () => {});
    await client.connect();
    return { client, end: async () => client.disconnect() };
  },
};

export function connect(name: string, url: string): Promise<OpenClient> {
  const open = clients[name];
  if (open === undefined) throw new Error(`no such client: ${name}`);
  return open(url);
}
