import { expect, it } from '@jest/globals';
import { forceOpenBreaker, resetBreaker } from '../breaker/override.js';
import { RetryBudget } from '../retry/budget.js';
import { memoryStore } from '../store/memory-store.js';
import type { BreakerStore, StoreLink } from '../store/store.js';
import { ManualClock } from './manual-clock.js';
import { storeContract } from './store-contract.js';

/** Runs all cases, each on a fleet of its own; returns how those failed that did. */
async function failures(makeStores: () => readonly [BreakerStore, BreakerStore]): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const { title, run } of storeContract) {
    const clock = new ManualClock();
    const ended = run({
      stores: makeStores(),
      clock,
      advance: (ms) => clock.advance(ms),
      agree: async () => {},
      close: async () => {},
    });
    // A case whose call waits in a cool-down ends with the time.
    const done = ended.catch((error: unknown) => {
      failed[title] = error instanceof Error ? error.message : String(error);
    });
    await clock.runAll();
    await done;
  }
  return failed;
}

type Attach = BreakerStore['attach'];

/** One memory store for both sides, which attaches keys in another way. */
function changed(change: (attach: Attach) => Attach): () => readonly [BreakerStore, BreakerStore] {
  return () => {
    const inner = memoryStore();
    const store = { attach: change((...given) => inner.attach(...given)) };
    return [store, store];
  };
}

/** A link that shares what the other does. */
function shared(link: StoreLink): StoreLink {
  return {
    state: link.state,
    budget: (rules) => link.budget?.(rules) ?? new RetryBudget(rules),
    instances: (nowMs) => link.instances?.(nowMs) ?? 1,
    detach: () => link.detach(),
  };
}

const REFUSED = 'a call was refused: CircuitOpenError: circuit "a" is open';
const WENT_THROUGH = 'a call went through that had to be refused';

it('passes a store that keeps all rules', async () => {
  expect(await failures(changed((attach) => attach))).toEqual({});
});

it('finds a store that shares nothing', async () => {
  expect(await failures(() => [memoryStore(), memoryStore()])).toEqual({
    'a trip on one side rejects on the other': WENT_THROUGH,
    'outcomes are pooled: both sides trip together on what neither would alone': WENT_THROUGH,
    'rules that have changed hold for what comes, over what both sides see': WENT_THROUGH,
    'a breaker that was switched off follows the others when it is on again': WENT_THROUGH,
    'an open circuit keeps its time on both sides': WENT_THROUGH,
    'a half-open circuit has one probe out, on whichever side': WENT_THROUGH,
    'a good probe closes the circuit for both': 'state on the side that tripped: expected closed, got open',
    'a failed probe opens the circuit for longer, for both': WENT_THROUGH,
    'a result of an older generation changes nothing': WENT_THROUGH,
    'a circuit forced open by one stays open for both until it is closed': WENT_THROUGH,
    'a cool-down holds both sides, and a reset lifts it for both': WENT_THROUGH,
    'what one side has spent on retries the other cannot spend': 'retries of both sides together: expected 6, got 12',
    'a limit is divided among the sides that use the key':
      'one side alone has no more than its share: expected false, got true',
    'one side that lets go leaves the other its state': WENT_THROUGH,
    'a link and its state may be spread by a store around this one': WENT_THROUGH,
    'a link and its state may be frozen by a store around this one': WENT_THROUGH,
    'a link and its state may be proxied by a store around this one': WENT_THROUGH,
  });
});

it('finds a store that has one state for all keys, or for all policies', async () => {
  const forAllKeys = changed(
    (attach) =>
      ({ policy }, ...rest) =>
        attach({ policy, key: 'one' }, ...rest),
  );
  const refused = 'a call was refused: CircuitOpenError: circuit "b" is open';
  expect(await failures(forAllKeys)).toEqual({
    'keys are apart': refused,
    'an open circuit keeps its time on both sides': refused,
    'one side that lets go leaves the other its state': refused,
  });
  const forAllPolicies = changed(
    (attach) =>
      ({ key }, ...rest) =>
        attach({ policy: 'one', key }, ...rest),
  );
  expect(await failures(forAllPolicies)).toEqual({
    'policies of different names are apart': REFUSED,
  });
});

it('finds a store that takes the state from one policy when another releases it', async () => {
  const store = changed((attach) => (...given) => {
    const link = attach(...given);
    return {
      ...shared(link),
      detach: () => {
        resetBreaker(link.state.breaker, 0);
        link.detach();
      },
    };
  });
  expect(await failures(store)).toEqual({ 'one side that lets go leaves the other its state': WENT_THROUGH });
});

it('finds a fleet that never grants a probe', async () => {
  const store = changed((attach) => (...given) => ({
    ...shared(attach(...given)),
    acquireProbe: async () => ({ granted: false, retryAfterMs: 100 }),
  }));
  expect(await failures(store)).toEqual({
    'an open circuit keeps its time on both sides': REFUSED,
    'a half-open circuit has one probe out, on whichever side': 'the first probe is admitted: expected true, got false',
    'a good probe closes the circuit for both': REFUSED,
    'a failed probe opens the circuit for longer, for both': REFUSED,
  });
});

it('finds a store whose circuits are open before anything has failed', async () => {
  const store = changed((attach) => (...given) => {
    const link = attach(...given);
    forceOpenBreaker(link.state.breaker, 0);
    return shared(link);
  });
  const withoutBreaker = 'what one side has spent on retries the other cannot spend';
  const titles = storeContract.map(({ title }) => title).filter((title) => title !== withoutBreaker);
  expect(await failures(store)).toEqual({
    ...Object.fromEntries(titles.map((title) => [title, REFUSED])),
    'an unknown key is closed': 'state: expected closed, got forced-open',
    'a result of an older generation changes nothing': 'the first call must be admitted',
  });
});
