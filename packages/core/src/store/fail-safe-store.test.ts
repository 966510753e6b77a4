import { expect, it } from '@jest/globals';
import { type Bench, bench, networkError, outcome, throttle, watch } from '../../test/policy-fixture.js';
import { isCircuitOpen } from '../outcome/errors.js';
import { ManualClock } from '../testing/manual-clock.js';
import { memoryStore } from './memory-store.js';
import type { BreakerStore, StoreLink, StoreStatus } from './store.js';

const rules = { retry: false, breaker: { consecutiveFailures: 1, successesToClose: 1 } } as const;

/** A memory store whose links do, besides, what `more` says. */
function storeWith(more: (link: StoreLink) => Partial<StoreLink>): BreakerStore {
  const inner = memoryStore();
  return {
    attach(...given) {
      const link = inner.attach(...given);
      return { ...link, ...more(link) };
    },
  };
}

const fail = () => Promise.reject(networkError());

/** Trips the breaker, passes the open time, probes, and starts and lifts a cool-down: all that a store is told of. */
async function useAll({ clock, policy }: Bench): Promise<unknown[]> {
  const ends = [
    await outcome(clock, policy.execute(fail)),
    await outcome(
      clock,
      policy.execute(() => 'refused'),
    ),
  ];
  await clock.advance(1_050);
  const probe = watch(policy.execute(() => 'fine'));
  await clock.advance(200);
  ends.push(probe.value);
  ends.push(await policy.execute(() => ({ status: 429, headers: { 'retry-after': '1' } })));
  policy.breaker('default').reset();
  policy.close();
  await clock.settle();
  return ends;
}

function expectAllWell([tripped, refused, probe, throttled]: unknown[]): void {
  expect(tripped).toMatchObject({ code: 'ECONNRESET' });
  expect(isCircuitOpen(refused)).toBe(true);
  expect(probe).toBe('fine');
  expect(throttled).toMatchObject({ status: 429 });
}

const broken = new Error('store is down');
const throwing = () => {
  throw broken;
};
const rejecting = () => Promise.reject(broken);
const hanging = () => new Promise<never>(() => {});

it.each([
  ['throws', throwing],
  ['rejects', rejecting],
  ['hangs', hanging],
])('fails no call even if the store %s at every call', async (_how, misbehave) => {
  const never = misbehave as () => never;
  const store = storeWith(() => ({
    outcomeRecorded: never,
    transitioned: never,
    acquireProbe: misbehave,
    probeEnded: never,
    coolDownChanged: never,
    detach: never,
  }));
  expectAllWell(await useAll(bench({ ...rules, store })));
});

it.each([
  ['throws', throwing],
  ['gives nothing', () => undefined],
  ['gives null', () => null],
  ['gives something without a state', () => ({ detach() {} })],
  ['gives a promise', () => Promise.reject(broken)],
])('continues with a local breaker if attaching %s', async (_how, attach) => {
  const made = bench({ ...rules, store: { attach: attach as () => never } });
  expectAllWell(await useAll(made));
  expect(made.told('store')[0]).toMatchObject({ status: 'degraded' });
});

it('reports once that the store is degraded, and once that it is restored', async () => {
  let down = true;
  const store = storeWith(() => ({
    outcomeRecorded: () => {
      if (down) throw broken;
    },
  }));
  const { policy, events } = bench({ store });
  // Attaching worked, so the store was well before the first record.
  for (let call = 0; call < 3; call += 1) await policy.execute(() => 1);
  down = false;
  for (let call = 0; call < 3; call += 1) await policy.execute(() => 1);
  const told = events.filter(([name]) => name === 'store').map(([, event]) => event);
  const common = { policy: 'default', key: '', atMs: 1_767_225_600_000 };
  expect(told).toStrictEqual([
    { ...common, status: 'degraded', message: 'store is down' },
    { ...common, status: 'restored', message: undefined },
  ]);
});

it('does not alternate if a probe’s lease is requested and the store rejects each time', async () => {
  const { clock, policy, told } = bench({ ...rules, store: storeWith(() => ({ acquireProbe: rejecting })) });
  await outcome(clock, policy.execute(fail));
  for (let probe = 0; probe < 3; probe += 1) {
    await clock.advance(60_000);
    await outcome(clock, policy.execute(fail));
  }
  expect(told('store')).toEqual([{ status: 'degraded', message: 'store is down' }]);
});

it("passes on the store's own health, until closed", async () => {
  let say: (status: StoreStatus) => void = () => {};
  const inner = memoryStore();
  const store: BreakerStore = {
    attach: (...given) => inner.attach(...given),
    onStatus(listener) {
      say = listener;
      return () => {
        say = () => {};
      };
    },
  };
  const { policy, told } = bench({ store });
  say({ status: 'degraded', error: broken });
  say({ status: 'restored', error: undefined });
  policy.close();
  say({ status: 'degraded', error: broken });
  expect(told('store')).toEqual([
    { status: 'degraded', message: 'store is down' },
    { status: 'restored', message: undefined },
  ]);
});

it('is not affected by a store without status events', () => {
  const { policy } = bench({ store: { attach: memoryStore().attach, onStatus: throwing } });
  expect(() => policy.close()).not.toThrow();
});

it('asks the fleet for a probe, reports its result, and refuses if the fleet refuses', async () => {
  const ended: unknown[] = [];
  let granted = true;
  const store = storeWith(() => ({
    acquireProbe: () => Promise.resolve(granted ? { granted, token: 't' } : { granted, retryAfterMs: 70 }),
    probeEnded: (...end) => void ended.push(end),
  }));
  const { clock, policy } = bench({ ...rules, store });
  await outcome(clock, policy.execute(fail));
  await clock.advance(1_050);
  granted = false;
  expect(
    await outcome(
      clock,
      policy.execute(() => 'x'),
    ),
  ).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 70 });
  granted = true;
  const probe = policy.begin();
  expect(await probe.admit()).toMatchObject({ admitted: true });
  probe.end();
  expect(await policy.execute(() => 'fine')).toBe('fine');
  expect(ended).toEqual([
    ['t', 'released'],
    ['t', 'success'],
  ]);
  expect(policy.breaker('default').state).toBe('closed');
});

it('waits for the fleet’s answer as long as the store allows, then uses the local rule', async () => {
  const store = storeWith(() => ({ acquireProbe: hanging, probeWaitMs: 30 }));
  const { clock, policy } = bench({ ...rules, store });
  await outcome(clock, policy.execute(fail));
  await clock.advance(1_050);
  const probe = watch(policy.execute(() => 'fine'));
  await clock.advance(29);
  expect(probe.state).toBe('pending');
  await clock.advance(1);
  expect(probe.value).toBe('fine');
});

it('returns a lease that comes too late', async () => {
  const ended: unknown[] = [];
  let grant: (lease: { granted: true; token: string }) => void = () => {};
  const store = storeWith(() => ({
    acquireProbe: () =>
      new Promise((resolve) => {
        grant = resolve;
      }),
    probeEnded(...end) {
      ended.push(end);
      throw broken;
    },
  }));
  const { clock, policy } = bench({ ...rules, store });
  await outcome(clock, policy.execute(fail));
  await clock.advance(1_050);
  const probe = watch(policy.execute(() => 'fine'));
  await clock.advance(100);
  expect(probe.value).toBe('fine');
  grant({ granted: true, token: 'late' });
  await clock.settle();
  expect(ended).toEqual([['late', 'released']]);
});

it.each([
  ['throws', throwing],
  ['gives nothing', () => undefined],
  [
    'gives one that throws',
    () => ({ windowMs: 1, began: throwing, answered: throwing, tryWithdraw: throwing, available: throwing }),
  ],
  [
    'gives one that answers nonsense',
    () => ({ windowMs: 1, began() {}, answered() {}, tryWithdraw: () => 'yes', available: () => Number.NaN }),
  ],
])('uses a budget of its own if the budget of its store %s', async (_how, budget) => {
  const store = storeWith(() => ({ budget: budget as () => never, instances: throwing }));
  const limit = { kind: 'fixed', concurrency: 1 } as const;
  const rules = { ratio: 0, minRetriesPerSecond: 0.2, windowMs: 10_000 };
  const { clock, policy, told } = bench({ store, limit, budget: rules, breaker: false });
  for (let call = 0; call < 4; call += 1) await outcome(clock, policy.execute(fail));
  expect(policy.snapshot().totals.retries).toBe(2);
  expect(policy.snapshot().keys.default?.budget).toEqual({ available: 0 });
  expect(told('store').filter(({ status }) => status === 'degraded').length).toBe(1);
});

it('accepts an answer that is not a promise', async () => {
  const store = storeWith(() => ({ acquireProbe: (() => undefined) as never }));
  const { clock, policy } = bench({ ...rules, store });
  await outcome(clock, policy.execute(fail));
  await clock.advance(1_050);
  expect(
    await outcome(
      clock,
      policy.execute(() => 'fine'),
    ),
  ).toBe('fine');
});

it('passes on everything that the store listens to, and nothing else', async () => {
  const told: unknown[][] = [];
  const note =
    (...name: string[]) =>
    (...given: unknown[]) =>
      void told.push([...name, ...given]);
  const store = storeWith(() => ({
    transitioned: ({ to }) => void told.push(['transitioned', to]),
    coolDownChanged: note('coolDownChanged'),
    outcomeRecorded: ({ failed }) => void told.push(['outcomeRecorded', failed]),
    detach: note('detach'),
  }));
  const made = bench({ ...rules, store }, new ManualClock({ startMs: -2_000 }));
  const { clock, policy } = made;
  await throttle(policy);
  await clock.advance(2_000);
  await outcome(clock, policy.execute(fail));
  policy.breaker('default').reset();
  await policy.execute(() => ({ status: 429, headers: { 'retry-after': '7' } }));
  policy.breaker('default').reset();
  policy.close();
  expect(told.filter(([what]) => what !== 'outcomeRecorded')).toEqual([
    ['transitioned', 'open'],
    ['transitioned', 'closed'],
    ['coolDownChanged', 7_000],
    ['coolDownChanged', 0],
    ['detach'],
  ]);
  expect(told.filter(([what]) => what === 'outcomeRecorded')).toContainEqual(['outcomeRecorded', true]);
});

it.each([
  [3, 3],
  [1, 1],
  [0, 1],
  [Number.NaN, 1],
  ['many', 1],
])('counts %p instances as %d, including this one', async (instances, places) => {
  const store = storeWith(() => ({ instances: () => instances as number }));
  const { clock, policy } = bench({ store, breaker: false, limit: { kind: 'fixed', concurrency: 3, queue: 0 } });
  const calls = [1, 2, 3].map(() =>
    watch(policy.execute(() => new Promise((resolve) => clock.schedule(() => resolve(1), 10)))),
  );
  await clock.runAll();
  expect(calls.filter(({ value }) => value === 1)).toHaveLength(3 / places);
});

it('shows the fleet of a store in snapshots, and one instance if that fails', async () => {
  const seen = async (fleet: () => unknown) => {
    const { policy } = bench({ store: storeWith(() => ({ fleet: fleet as never })) });
    await policy.execute(() => 1);
    return policy.snapshot().keys.default?.fleet;
  };
  expect(await seen(() => ({ instances: 3, sinceSyncMs: 40 }))).toEqual({ instances: 3, sinceSyncMs: 40 });
  expect(await seen(throwing)).toEqual({ instances: 1 });
});

it.each([
  ['a wait that is no number', Number.NaN],
  ['a wait for ever', Number.POSITIVE_INFINITY],
])('applies the local rule if the fleet refuses a probe for %s', async (_what, retryAfterMs) => {
  const store = storeWith(() => ({ acquireProbe: () => Promise.resolve({ granted: false, retryAfterMs }) }));
  const { clock, policy, told } = bench({ ...rules, store });
  await outcome(clock, policy.execute(fail));
  await clock.advance(60_000);
  expect(
    await outcome(
      clock,
      policy.execute(() => 'fine'),
    ),
  ).toBe('fine');
  expect(told('store')).toEqual([
    {
      status: 'degraded',
      message: 'acquireProbe must return a lease, or how long to wait for the next chance',
    },
  ]);
});

it('takes a fleet whose size is no number for none', async () => {
  const store = storeWith(() => ({ fleet: () => ({ instances: Number.NaN, callsPerSecond: -1 }) }));
  const { policy, told } = bench({ store });
  await policy.execute(() => 'fine');
  expect(policy.snapshot().keys.default?.fleet).toEqual({ instances: 1 });
  expect(told('store')).toMatchObject([{ status: 'degraded' }]);
});

it.each([
  ['cannot be read', { get: throwing }],
  ['is no number', { value: Number.NaN }],
])('waits as long as usual for a lease if the store’s probeWaitMs %s', async (_how, probeWaitMs) => {
  const inner = memoryStore();
  const store: BreakerStore = {
    attach: (...given) =>
      Object.defineProperty({ ...inner.attach(...given), acquireProbe: hanging }, 'probeWaitMs', probeWaitMs),
  };
  const { clock, policy } = bench({ ...rules, store });
  await outcome(clock, policy.execute(fail));
  await clock.advance(60_000);
  const probe = watch(policy.execute(() => 'fine'));
  await clock.advance(100);
  expect(probe.value).toBe('fine');
});
