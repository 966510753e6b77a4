import { createPolicy } from '@breakwater/core';
import { expect, it, jest } from '@jest/globals';
import { portFor } from '../src/clients/redis-client.js';
import { BreakerCommands } from '../src/commands/breaker-commands.js';
import type { FleetView } from '../src/commands/fleet-view.js';
import { layoutFor } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { say } from './redis-server.js';
import { suiteRedis } from './suite-redis.js';

jest.setTimeout(60_000);

describeWithRedis('Redis counts', () => {
  const redis = suiteRedis();

  it('no outcomes, calls or retries of an outage of its own', async () => {
    const store = redisStore({ client: redis.client });
    const policy = createPolicy({ name: 'billing', mode: 'enforce', breaker: { failureRate: 0.9 }, store });
    const statuses: string[] = [];
    policy.on('store', ({ status }) => statuses.push(status));
    const call = (): Promise<unknown> => policy.execute(() => 'fine', { key: 'a' });
    await call();
    await store.flush();
    await redis.server.signal('SIGSTOP');
    await call();
    await until('it to be alone', 20_000, () => statuses.includes('degraded'));
    for (let calls = 0; calls < 50; calls += 1) await call();
    await redis.server.signal('SIGCONT');
    await until('it to be back', 20_000, () => statuses.includes('restored'));
    for (let calls = 0; calls < 3; calls += 1) await call();
    await store.flush();
    const hash = await say(redis.server.port, `HGETALL ${layoutFor('breakwater').breaker('billing:a')}`);
    const counted = (kind: 'w' | 'q'): number =>
      [...hash.matchAll(new RegExp(`\\r\\n${kind}[^\\r]*\\r\\n\\$\\d+\\r\\n(\\d+),`, 'g'))]
        .map(([, count]) => Number(count))
        .reduce((sum, count) => sum + count, 0);
    // Before the outage, at its beginning, before a command failed, and after it.
    expect(counted('w')).toBe(5);
    expect(counted('q')).toBe(5);
    policy.close();
    store.close();
  });

  it('a process once in ten seconds, and for the time between its reports if they are rarer', async () => {
    const commands = new BreakerCommands(portFor(redis.client), layoutFor('seen'));
    const stretch = async (): Promise<number> => (await comes('-', 0, 1)).stretch;
    const comes = (instance: string, countedIn: number, most: number): Promise<FleetView> =>
      commands.run('billing:a', 'sync', '-', 0, 0, 0, 0, instance, '-', 1, countedIn, most, '-');
    // A stretch of ten seconds may end between the reports.
    let counts: number[] = [];
    for (let began = -1; began !== (await stretch()); ) {
      await say(redis.server.port, `DEL ${layoutFor('seen').breaker('billing:a')}`);
      began = await stretch();
      counts = [];
      for (const before of [0, 1, 2, 9]) counts.push((await comes('me', began - before, 3)).instances);
    }
    expect(counts).toEqual([1, 1, 3, 6]);
  });
});
