import { readFileSync } from 'node:fs';
import { createPolicy } from '@breakwater/core';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { layoutFor } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import { connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const rule = /^ACL SETUSER app .*$/m.exec(readme)?.[0] ?? '';

describeWithRedis("a user with no rights but those of the README's rule", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    expect(await say(server.port, rule)).toContain('+OK');
  });
  afterAll(() => server.stop());

  it.each(['redis 4', 'redis 5', 'redis 6', 'ioredis 5', 'ioredis 6'])(
    'shares breakers and listens to messages by %s',
    async (name) => {
      const url = server.url.replace('redis://', 'redis://app:secret@');
      const open = [await connect(name, url), await connect(name, url)];
      const stores = open.map(({ client }) => redisStore({ client }));
      const refusals: string[] = [];
      const policies = stores.map((store) => createPolicy({ name, mode: 'enforce', store }));
      for (const policy of policies)
        policy.on('store', ({ message = '' }) => message.includes('NOPERM') && refusals.push(message));
      for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
      for (const store of stores) await store.flush();
      const { channel } = layoutFor('breakwater');
      await until('both to listen', 20_000, async () =>
        /:2\r\n/.test(await say(server.port, `PUBSUB NUMSUB ${channel}`)),
      );
      policies[0]?.breaker('a').open();
      await until('the other to follow', 20_000, () => policies[1]?.breaker('a').state === 'forced-open');
      expect(refusals).toEqual([]);
      for (const policy of policies) policy.close();
      for (const store of stores) store.close();
      for (const { end } of open) await end();
      await until('none to listen', 20_000, async () =>
        /:0\r\n/.test(await say(server.port, `PUBSUB NUMSUB ${channel}`)),
      );
    },
  );
});
