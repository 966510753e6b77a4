import { createPolicy, isCircuitOpen } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis-5';
import { reachableText } from '../../core/test/reachable.js';
import { redisStore } from '../src/redis-store.js';
import { describeWithRedis } from './describe-with-redis.js';
import { type RedisServer, startRedis } from './redis-server.js';

// Real servers, timers and garbage collection, on a machine that may have other things to do.
jest.setTimeout(30_000);

const SECRET = 'hunter2';

describeWithRedis('a shared breaker', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  // Runs also if a test fails, since an open client keeps the process alive.
  const close: (() => void)[] = [];
  afterEach(() => {
    for (const end of close.splice(0).reverse()) end();
  });

  it('holds no data of the call that opened it, in Redis or in other processes', async () => {
    const clients = [new Redis(server.url), new Redis(server.url), new Redis(server.url)] as const;
    // A command of another client in the moment in which the monitor begins would be an answer too many for ioredis.
    await Promise.all(clients.map((client) => client.ping()));
    const monitor = await clients[2].monitor();
    close.push(() => monitor.disconnect(), ...clients.map((client) => () => client.disconnect()));
    const commands: unknown[] = [];
    monitor.on('monitor', (_time: string, args: unknown) => commands.push(args));
    const stores = clients.slice(0, 2).map((client) => redisStore({ client, quorum: 1 }));
    close.push(...stores.map((store) => () => store.close()));
    const policies = stores.map((store) =>
      createPolicy({ store, retry: false, breaker: { consecutiveFailures: 1, openMs: 5_000, maxOpenMs: 5_000 } }),
    );
    const [here, there] = policies as [(typeof policies)[0], (typeof policies)[0]];
    const opened = new Promise<void>((resolve) => {
      there.on('breaker', ({ to }) => to === 'open' && resolve());
    });
    await there.execute(() => 'fine', { key: 'k' });
    const config = { headers: { authorization: SECRET }, data: SECRET };
    const error = Object.assign(new Error(SECRET), { name: 'AxiosError', code: 'ECONNRESET', config });
    await here.execute(() => Promise.reject(error), { key: 'k' }).catch(() => {});

    await opened;
    const refusals = await Promise.all(
      policies.map((policy) => policy.execute(() => 'fine', { key: 'k' }).catch((refusal: unknown) => refusal)),
    );

    expect(refusals.map(isCircuitOpen)).toEqual([true, true]);
    expect(reachableText([refusals, policies.map((policy) => policy.snapshot())])).not.toContain(SECRET);
    expect(commands.length).toBeGreaterThan(3);
    expect(reachableText(commands)).not.toContain(SECRET);
  });
});
