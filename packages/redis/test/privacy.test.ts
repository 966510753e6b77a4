import { setTimeout as pass } from 'node:timers/promises';
import { createPolicy, isCircuitOpen } from '@breakwater/core';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis-5';
import { reachableText } from '../../core/test/reachable.js';
import { redisStore } from '../src/redis-store.js';
import { describeWithRedis, type RedisServer, startRedis } from './redis-server.js';

// Real servers, timers and garbage collection, on a machine that may have other things to do.
jest.setTimeout(30_000);

const SECRET = 'hunter2';

describeWithRedis('a shared breaker', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('shows nothing of the call that opened it, in Redis or in other processes', async () => {
    const clients = [new Redis(server.url), new Redis(server.url), new Redis(server.url)] as const;
    const commands: unknown[] = [];
    const monitor = await clients[2].monitor();
    monitor.on('monitor', (_time: string, args: unknown) => commands.push(args));
    const stores = [redisStore({ client: clients[0] }), redisStore({ client: clients[1] })] as const;
    const policies = stores.map((store) =>
      createPolicy({ store, retry: false, breaker: { consecutiveFailures: 1, openMs: 5_000, maxOpenMs: 5_000 } }),
    );
    const [here, there] = policies as [(typeof policies)[0], (typeof policies)[0]];
    await there.execute(() => 'fine', { key: 'k' });
    const config = { headers: { authorization: SECRET }, data: SECRET };
    const error = Object.assign(new Error(SECRET), { name: 'AxiosError', code: 'ECONNRESET', config });
    await here.execute(() => Promise.reject(error), { key: 'k' }).catch(() => {});

    const opened = new Promise<void>((resolve) => {
      there.on('breaker', ({ to }) => to === 'open' && resolve());
    });
    await Promise.race([opened, pass(5_000, undefined, { ref: false })]);
    const refusals = await Promise.all(
      policies.map((policy) => policy.execute(() => 'fine', { key: 'k' }).catch((refusal: unknown) => refusal)),
    );

    expect(refusals.map(isCircuitOpen)).toEqual([true, true]);
    expect(reachableText([refusals, policies.map((policy) => policy.snapshot())])).not.toContain(SECRET);
    expect(commands.length).toBeGreaterThan(3);
    expect(reachableText(commands)).not.toContain(SECRET);
    for (const store of stores) await store.close();
    monitor.disconnect();
    for (const client of clients) client.disconnect();
  });
});
