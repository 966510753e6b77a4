import { createPolicy, memoryStore } from '@breakwater/core';
import type { BreakerStore, InstanceBoard, StoreStatus } from '@breakwater/core/store';
import { describe, expect, it, test } from '@jest/globals';
import { readReport, writeReport } from '../src/fleet/instance-text.js';
import type { FullView, KeyRow } from '../src/view/wire.js';
import { ask, openStream } from './http-client.js';
import { atEnd, servePage } from './page-server.js';

/** A store whose board all instances of a test share, and which counts what it is asked for. */
function sharedBoard() {
  const writers = new Map<string, () => string>();
  const state = { looks: 0, isDown: false };
  const store = (instance: string): BreakerStore => {
    const inner = memoryStore();
    const board: InstanceBoard = {
      show(write) {
        writers.set(instance, write);
        return () => void writers.delete(instance);
      },
      async look() {
        state.looks += 1;
        if (state.isDown) throw new Error('the store is down');
        return [...writers].map(([name, write]) => ({ instance: name, text: write(), ageMs: 500 }));
      },
    };
    return {
      instance: `${instance} of the store`,
      attach: (...given) => inner.attach(...given),
      instances: () => board,
    };
  };
  return { store, writers, state };
}

async function viewOf(url: string): Promise<FullView> {
  return JSON.parse((await ask(`${url}snapshot.json`)).body);
}

async function threeInstances() {
  const board = sharedBoard();
  const servers = await Promise.all(
    ['one', 'two', 'three'].map((instance) => servePage({ instance }, { store: board.store(instance) })),
  );
  for (const { policy, background } of servers) {
    for (let n = 0; n < 10; n += 1) await policy.execute(() => 1, { key: 'a' });
    await background.clock.advance(1_000);
  }
  const [first] = servers;
  if (first === undefined) throw new Error('there is no first');
  return { ...board, servers, first };
}

describe('a fleet', () => {
  it('is shown as a whole, and each key by instance', async () => {
    const { servers, first } = await threeInstances();
    servers[1]?.policy.breaker('a').open();
    await servers[1]?.background.clock.advance(1_000);
    await viewOf(first.url);
    const { fleet } = await viewOf(first.url);
    expect(fleet?.instances).toEqual([
      { name: 'one', ageMs: 500, keys: 1, inTrouble: 0 },
      { name: 'three', ageMs: 500, keys: 1, inTrouble: 0 },
      { name: 'two', ageMs: 500, keys: 1, inTrouble: 1 },
    ]);
    expect(fleet?.keys).toEqual([
      expect.objectContaining({
        key: 'a',
        trouble: 100,
        states: { closed: 2, 'forced-open': 1 },
        calls: 25,
        answered: 25,
      }),
    ]);
    const { instances } = JSON.parse((await ask(`${first.url}policy.json?id=api&key=a`)).body);
    expect(instances.map(({ instance, state }: { instance: string; state: string }) => [instance, state])).toEqual([
      ['one', 'closed'],
      ['three', 'closed'],
      ['two', 'forced-open'],
    ]);
  });

  it('is read only while there is a reader, every two seconds at most', async () => {
    const { first, state } = await threeInstances();
    await first.background.clock.advance(60_000);
    expect(state.looks).toBe(0);
    const stream = await openStream(`${first.url}events`);
    atEnd(() => stream.close());
    await stream.next();
    for (let second = 0; second < 10; second += 1) await first.background.clock.advance(1_000);
    expect(state.looks).toBeGreaterThanOrEqual(5);
    expect(state.looks).toBeLessThanOrEqual(7);
  });

  it('is not shown any more when its store has gone', async () => {
    const { first, state } = await threeInstances();
    await viewOf(first.url);
    expect((await viewOf(first.url)).fleet).toBeDefined();
    state.isDown = true;
    await first.background.clock.advance(3_000);
    await viewOf(first.url);
    expect((await viewOf(first.url)).fleet).toBeUndefined();
  });

  it('uses the instance names of the store, also for those whose failures opened a circuit', async () => {
    const board = sharedBoard();
    const { url, background } = await servePage({ instance: undefined }, { store: board.store('one') });
    await viewOf(url);
    await background.clock.advance(3_000);
    const { instance, fleet } = await viewOf(url);
    expect(instance).toBe('one of the store');
    expect(fleet?.instances.map(({ name }) => name)).toEqual(['one of the store']);
  });

  it('has one less when an instance closes its page', async () => {
    const { servers, first, writers } = await threeInstances();
    servers[2]?.page.close();
    expect([...writers.keys()]).toEqual(['one', 'two']);
    await viewOf(first.url);
    expect((await viewOf(first.url)).fleet?.instances).toHaveLength(2);
  });

  it('has no policies of other services that use the same store', async () => {
    const board = sharedBoard();
    const mine = await servePage({ instance: 'mine' }, { store: board.store('mine') });
    const others = await servePage({ instance: 'other' }, { name: 'other', store: board.store('other') });
    for (const { policy, background } of [mine, others]) {
      await policy.execute(() => 1, { key: 'a' });
      await background.clock.advance(1_000);
    }
    await viewOf(mine.url);
    const { fleet } = await viewOf(mine.url);
    expect(fleet?.instances.map(({ name }) => name)).toEqual(['mine']);
    expect(fleet?.keys.map(({ policy }) => policy)).toEqual(['api']);
  });

  it('does not exist for a store that stays in this process', async () => {
    const server = await servePage();
    await viewOf(server.url);
    expect((await viewOf(server.url)).fleet).toBeUndefined();
  });

  it('fails no request if its store throws', async () => {
    const inner = memoryStore();
    const store: BreakerStore = {
      attach: (...given) => inner.attach(...given),
      instances() {
        throw new Error('not today');
      },
    };
    const server = await servePage({}, { store });
    await server.background.clock.advance(3_000);
    expect((await ask(server.url)).status).toBe(200);
  });
});

describe('the text of an instance', () => {
  const row = (key: string): KeyRow => ({
    id: `api\n${key}`,
    policy: 'api',
    key,
    state: 'open',
    trouble: 90,
    says: 'not sent',
    next: '',
    calls: 6,
    answered: 1,
    failed: 2,
    refused: 3,
    attempts: 4,
    wouldReject: 0,
    inFlight: 5,
    p95Ms: 12,
  });

  it('transfers all that a row holds', () => {
    expect(readReport(writeReport('me', [row('a')]))).toEqual({
      name: 'me',
      keys: [
        {
          policy: 'api',
          key: 'a',
          state: 'open',
          trouble: 90,
          calls: 6,
          answered: 1,
          failed: 2,
          refused: 3,
          attempts: 4,
          inFlight: 5,
          p95Ms: 12,
        },
      ],
    });
  });

  it('is bounded whatever the keys are, and keeps the first', () => {
    for (const length of [10, 1_000, 40_000]) {
      const rows = Array.from({ length: 2_000 }, (_, n) => row(`${n}${'"'.repeat(length)}`));
      const text = writeReport('me', rows);
      expect(text.length).toBeLessThan(33_000);
      expect(readReport(text)?.keys.length ?? 0).toBeLessThanOrEqual(300);
    }
    expect(
      readReport(
        writeReport(
          'me',
          Array.from({ length: 500 }, (_, n) => row(`k${n}`)),
        ),
      )?.keys[0]?.key,
    ).toBe('k0');
  });

  test.each(['', 'x', '{}', 'null', '[]', '[2,"me"]', '[1,7]', '[1,"me"', `[1,"me",${'"x",'.repeat(30_000)}1]`])(
    'of another version or of no instance is ignored: %.30s',
    (text) => {
      expect(readReport(text)).toBeUndefined();
    },
  );

  it('is read with checked types, whatever it holds', () => {
    const text = '[1,"me",null,7,[],["p","k",9],["p","k",3,"x",null,{},[],"1"],["p",7,3]]';
    expect(readReport(text)).toEqual({
      name: 'me',
      keys: [
        {
          policy: 'p',
          key: 'k',
          state: 'open',
          trouble: 0,
          calls: 0,
          answered: 0,
          failed: 0,
          refused: 0,
          attempts: 0,
          inFlight: 0,
          p95Ms: 0,
          cap: 0,
        },
      ],
    });
  });
});

it('shows what is wrong with a shared store, and what the fleet knows of a key', async () => {
  const inner = memoryStore();
  let tell: (status: StoreStatus) => void = () => {};
  const openedBy = ['web-1:4', 'web-2:7'];
  const store: BreakerStore = {
    instance: 'web-1:4',
    attach: (...given) => ({ ...inner.attach(...given), fleet: () => ({ instances: 3, sinceSyncMs: 400, openedBy }) }),
    onStatus(listener) {
      tell = listener;
      return () => {};
    },
  };
  const breaker = { consecutiveFailures: 1, consecutiveForMs: 0 };
  const { url, policy, background } = await servePage({}, { store, breaker, retry: false });
  const failing = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  await policy.execute(failing, { key: 'a' }).catch(() => {});
  await background.clock.advance(1_000);
  const { keys, atMs } = await viewOf(url);
  expect(keys[0]?.says).toMatch(/ It was opened by failures that web-1:4, web-2:7 saw\.$/);
  expect(keys[0]?.fleet).toEqual({ instances: 3, syncedAtMs: atMs - 400, openedBy });

  const shown: unknown[] = [];
  for (const status of [undefined, 'poll-only', 'degraded', 'restored', 'push-restored'] as const) {
    if (status !== undefined) tell({ status, error: undefined });
    await background.clock.advance(1_000);
    shown.push((await viewOf(url)).policies[0]?.store);
  }
  expect(shown).toEqual([undefined, 'poll-only', 'degraded', 'poll-only', undefined]);
});

it('gives policies with the same name different ids', async () => {
  const policies = [1, 2].map(() => createPolicy({ name: 'api' }));
  const { url } = await servePage({ policies });
  expect((await viewOf(url)).policies.map(({ id }) => id)).toEqual(['api', 'api (2)']);
});

it('follows a list of policies that changes', async () => {
  const [one, two] = [createPolicy({ name: 'one' }), createPolicy({ name: 'two' })];
  let current = [one];
  const server = await servePage({ policies: () => current });
  current = [two];
  await server.background.clock.advance(1_000);
  await two.execute(() => 1, { key: 'a' });
  await server.background.clock.advance(1_000);
  const view = await viewOf(server.url);
  expect([view.policies.map(({ id }) => id), view.keys.map(({ calls }) => calls)]).toEqual([['two'], [1]]);
});
