import { setTimeout as pass } from 'node:timers/promises';
import { systemClock } from '@breakwater/core';
import { type StoreContractCase, storeContract } from '@breakwater/core/testing';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { redisStore } from '../src/redis-store.js';
import { clients, connect, type OpenClient } from './clients.js';
import { describeWithRedis } from './describe-with-redis.js';
import { type RedisServer, startRedis } from './redis-server.js';

// Real servers, timers and garbage collection, on a machine that may have other things to do.
jest.setTimeout(30_000);

describeWithRedis('redisStore keeps the contract of stores', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  // The cases mostly wait, so all of them run at once. Each test reports on its own case.
  const cases = Object.keys(clients).flatMap((name) =>
    storeContract.map((rule) => ({ name, title: rule.title, rule })),
  );
  const ended = new Map<unknown, Promise<void>>();
  const open: OpenClient[] = [];

  beforeAll(async () => {
    for (const name of Object.keys(clients)) {
      const pair = [await connect(name, server.url), await connect(name, server.url)] as const;
      open.push(...pair);
      for (const each of cases) {
        if (each.name === name) ended.set(each, runOn(each.rule, pair, `${name} ${each.title}`));
      }
    }
  });
  afterAll(() => Promise.all(open.map(({ end }) => end())));

  it.each(cases)('$name: $title', async (each) => {
    await expect(ended.get(each)).resolves.toBeUndefined();
  });
});

/** Runs a case on two processes' stores that have their keys to themselves. */
function runOn(rule: StoreContractCase, pair: readonly [OpenClient, OpenClient], prefix: string): Promise<void> {
  const stores = [
    redisStore({ client: pair[0].client, prefix, probeWaitMs: 2_000, quorum: 1 }),
    redisStore({ client: pair[1].client, prefix, probeWaitMs: 2_000, quorum: 1 }),
  ] as const;
  const close = async (): Promise<void> => stores.forEach((store) => void store.close());
  const run = rule.run({
    stores,
    clock: systemClock,
    advance: (ms) => pass(ms),
    async agree() {
      // A message may make one side act, and the other side has to learn of that in turn.
      for (const store of [...stores, ...stores]) await store.flush();
    },
    close,
  });
  // A case that fails is reported by its own test, which may run later.
  const ended = run.finally(close);
  ended.catch(() => {});
  return ended;
}
