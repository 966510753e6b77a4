import { createPolicy } from '@breakwater/core';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { layoutFor } from '../src/commands/key-layout.js';
import { redisStore } from '../src/redis-store.js';
import { connect } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

const OPEN_BREAKERS = 10_000;

describeWithRedis(`a process that starts beside ${OPEN_BREAKERS} open breakers`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    const fill = `for i = 1, ${OPEN_BREAKERS} do redis.call('HSET', KEYS[1], 'billing:k' .. i, '1 forced-open 0 0 forced-open') end`;
    await say(server.port, `EVAL "${fill}" 1 ${layoutFor('breakwater').board}`);
  });
  afterAll(() => server.stop());

  it('reads a thousand of them, in pages of 200', async () => {
    const { client, end } = await connect('redis 5', server.url);
    const store = redisStore({ client });
    const policy = createPolicy({ name: 'billing', mode: 'enforce', store });
    await say(server.port, 'CONFIG RESETSTAT');
    await policy.execute(() => 'fine', { key: 'another' });
    await store.flush();
    // A thousand notes in pages of 200, or of some more: at the start, when the process listens, and by the flush.
    const pages = await server.commandCount('hscan');
    expect(pages).toBeGreaterThanOrEqual(5);
    expect(pages).toBeLessThanOrEqual(15);
    policy.close();
    store.close();
    await end();
  });

  it('refuses the first call of a key if its circuit is among those that were read', async () => {
    const { client, end } = await connect('redis 5', server.url);
    const store = redisStore({ client });
    const policy = createPolicy({ name: 'billing', mode: 'enforce', store });
    await policy.execute(() => 'fine', { key: 'another' });
    await store.flush();
    const isOpen = (at: number): boolean => policy.breaker(`k${at + 1}`).state === 'forced-open';
    const found = Array.from({ length: 200 }, (_, index) => isOpen(index * 50)).filter(Boolean).length;
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(100);
    policy.close();
    store.close();
    await end();
  });
});
