import { afterAll, beforeAll } from '@jest/globals';
import type { RedisClient } from '../src/clients/redis-client.js';
import { connect, type OpenClient } from './clients.js';
import { type RedisServer, startRedis } from './redis-server.js';

/** The server of a suite, and a client on it. Both exist while its tests run. */
export interface SuiteRedis {
  readonly server: RedisServer;
  readonly client: RedisClient;
}

/** Starts a server with a client of `redis` 5 before the tests of the suite, and ends both after them. */
export function suiteRedis(): SuiteRedis {
  let server: RedisServer;
  let open: OpenClient;
  beforeAll(async () => {
    server = await startRedis();
    open = await connect('redis 5', server.url);
  });
  afterAll(async () => {
    await open.end();
    await server.stop();
  });
  return {
    get server() {
      return server;
    },
    get client() {
      return open.client;
    },
  };
}
