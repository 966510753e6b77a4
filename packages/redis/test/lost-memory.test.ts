import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { layoutFor, nameOf } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import { connect, type OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

jest.setTimeout(60_000);

const options: PolicyOptions = {
  name: 'billing',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 2, consecutiveForMs: 0, openMs: 20_000 },
};
const failing = { status: 503, headers: {} };

describeWithRedis('a Redis that has lost its memory of a breaker that two processes know', () => {
  let server: RedisServer;
  let open: OpenClient[];
  beforeAll(async () => {
    server = await startRedis();
    open = [await connect('redis 5', server.url), await connect('ioredis 5', server.url)];
  });
  afterAll(async () => {
    for (const { end } of open) await end();
    await server.stop();
  });

  it('shares the next trip, although the process that trips knows an older generation', async () => {
    // No poll tells them that Redis has forgotten: the trip itself finds out.
    const stores = open.map(({ client }) => redisStore({ client, quorum: 1, pollMs: 60_000, syncMs: 60_000 }));
    const policies = stores.map((store) => createPolicy({ ...options, store }));
    const [first, second] = policies as [Policy, Policy];
    for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
    await until('both to listen', 20_000, async () =>
      (await say(server.port, `PUBSUB NUMSUB ${layoutFor('breakwater').channel}`)).includes(':2'),
    );
    first.breaker('a').open();
    await until('the other to follow', 20_000, () => second.breaker('a').state === 'forced-open');
    first.breaker('a').close();
    await until('the other to follow', 20_000, () => second.breaker('a').state === 'closed');
    await Promise.all(stores.map((store) => store.flush()));

    await say(server.port, 'FLUSHALL');
    for (let call = 0; call < 2; call += 1) await first.execute(() => failing, { key: 'a' });
    expect(first.breaker('a').state).toBe('open');
    await until('the other to follow', 10_000, () => second.breaker('a').state === 'open');
    for (const policy of policies) policy.close();
    for (const store of stores) store.close();
  });

  it('shares a trip by fresh failures, although another process has closed the circuit in that moment', async () => {
    const prefix = 'overtaken';
    const stores = open.map(({ client }) => redisStore({ client, prefix, quorum: 1, pollMs: 60_000, syncMs: 60_000 }));
    const policies = stores.map((store) => createPolicy({ ...options, store }));
    const [first, second] = policies as [Policy, Policy];
    for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' });
    await until('both to listen', 20_000, async () =>
      (await say(server.port, `PUBSUB NUMSUB ${layoutFor(prefix).channel}`)).includes(':2'),
    );
    await Promise.all(stores.map((store) => store.flush()));
    // A closing of which no message has come yet.
    const hash = layoutFor(prefix).breaker(nameOf({ policy: 'billing', key: 'a' }));
    await say(server.port, `HSET ${hash} gen ${Date.now()} phase closed why probes-succeeded`);
    for (let call = 0; call < 2; call += 1) await first.execute(() => failing, { key: 'a' });
    await until('the other to follow', 10_000, () => second.breaker('a').state === 'open');
    expect(first.breaker('a').state).toBe('open');
    for (const policy of policies) policy.close();
    for (const store of stores) store.close();
  });

  it.each(['trips', 'is opened by hand'])(
    'stays closed although a stale Redis knows of an open circuit that had been closed: one that %s',
    async (how) => {
      const prefix = how.replaceAll(' ', '-');
      const stores = open.map(({ client }) => redisStore({ client, prefix, quorum: 1, pollMs: 50, syncMs: 50 }));
      const policies = stores.map((store) => createPolicy({ ...options, store }));
      const [first] = policies as [Policy];
      const opened: string[] = [];
      const bothAre = (state: string) => async (): Promise<boolean> => {
        for (const policy of policies) await policy.execute(() => 'fine', { key: 'a' }).catch(() => {});
        return policies.every((policy) => policy.breaker('a').state === state);
      };
      await bothAre('closed')();
      await Promise.all(stores.map((store) => store.flush()));
      if (how === 'trips') for (let call = 0; call < 2; call += 1) await first.execute(() => failing, { key: 'a' });
      else first.breaker('a').open();
      await until('both to be open', 20_000, bothAre(how === 'trips' ? 'open' : 'forced-open'));
      const hash = layoutFor(prefix).breaker(nameOf({ policy: 'billing', key: 'a' }));
      await say(server.port, `COPY ${hash} past REPLACE`);
      first.breaker('a').close();
      await until('both to be closed', 20_000, bothAre('closed'));
      await Promise.all(stores.map((store) => store.flush()));

      for (const policy of policies) policy.on('breaker', ({ to }) => opened.push(to));
      await say(server.port, `COPY past ${hash} REPLACE`);
      expect(await say(server.port, `HGET ${hash} phase`)).toContain('open');
      await until('Redis to know that it is closed', 20_000, async () => {
        await bothAre('closed')();
        return (await say(server.port, `HGET ${hash} phase`)).includes('closed');
      });
      await Promise.all(stores.map((store) => store.flush()));
      expect(await bothAre('closed')()).toBe(true);
      expect(opened).toEqual([]);
      for (const policy of policies) policy.close();
      for (const store of stores) store.close();
    },
  );
});
