import { readdirSync, readFileSync } from 'node:fs';
import { createPolicy } from '@breakwater/core';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RedisClient } from '../src/clients/redis-client.js';
import { layoutFor } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import { connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const scripts = readdirSync(new URL('../src/scripts/', import.meta.url), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.lua'))
  .map((name) => readFileSync(new URL(`../src/scripts/${name}`, import.meta.url), 'utf8'))
  .join('\n');
const rule = /^ACL SETUSER app .*$/m.exec(readme)?.[0] ?? '';

it("has a right for each command of the scripts and the clients, and no other, in the README's rule and its table", () => {
  const called = [...scripts.matchAll(/redis\.p?call\(\s*'([A-Z]+)'/g)].map(([, name = '']) => name.toLowerCase());
  // By the clients: `INFO` is for the ready check of ioredis.
  const needed = [...new Set([...called, 'eval', 'evalsha', 'subscribe', 'unsubscribe', 'info'])].sort();
  const given = [...rule.matchAll(/\+(\w+)/g)].map(([, name = '']) => name);
  expect(given.sort()).toEqual(needed);
  const table = /^\| without \|.*?\n\n/ms.exec(readme)?.[0] ?? '';
  for (const name of needed) expect(table).toContain(`\`${name}\``);
});

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
      // A process that starts reads the board.
      const late = redisStore({ client: open[0]?.client as RedisClient });
      await late.flush();
      late.close();
      expect(await say(server.port, 'ACL LOG')).toMatch(/^\*0\r\n/);
      for (const policy of policies) policy.close();
      for (const store of stores) store.close();
      for (const { end } of open) await end();
      await until('none to listen', 20_000, async () =>
        /:0\r\n/.test(await say(server.port, `PUBSUB NUMSUB ${channel}`)),
      );
    },
  );
});
