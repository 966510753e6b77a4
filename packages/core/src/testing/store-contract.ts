import { isCircuitOpen, isCoolDown } from '../outcome/errors.js';
import type { BreakerStore } from '../store/store.js';
import {
  callEach,
  contractCase,
  expectEqual,
  expectRejected,
  holdPlace,
  mayRetry,
  options,
  type StoreContractCase,
} from './contract-case.js';
import { reshapedStore } from './reshaped-store.js';

/** Open time of the cases that wait for its end, in ms. */
const OPEN_MS = 2_000;
const OPEN_WITH_JITTER_MS = OPEN_MS * 1.1;
/**
 * After two seconds without an answered call, throttled answers hold the whole key. A little more, since a timer may
 * fire slightly early.
 */
const UNSERVED_MS = 2_200;

const fail = (): never => {
  throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
};
const succeed = (): string => 'fine';
const unavailable = { status: 503, headers: { 'retry-after': '5' } };

/** Six retries, in a window that is longer than a case. */
const SIX_RETRIES = { ratio: 0, minRetriesPerSecond: 0.06, windowMs: 100_000 };

/** Rules for every breaker store, wherever it keeps its states. Run each case on a new fleet. */
export const storeContract: readonly StoreContractCase[] = [
  contractCase('an unknown key is closed', async (first) => {
    expectEqual(first.breaker('a').state, 'closed', 'state');
  }),
  contractCase('a trip on one side rejects on the other', async (first, second, { agree }) => {
    await callEach([first, first, first], 'a', fail);
    await agree();
    await expectRejected(second, 'a', isCircuitOpen);
  }),
  contractCase(
    'outcomes are pooled: both sides trip together on what neither would alone',
    async (first, second, { agree }) => {
      await callEach([first, second], 'a', succeed);
      await agree();
      await callEach([first], 'a', fail);
      await agree();
      expectEqual(first.breaker('a').state, 'closed', 'state before the rule is met');
      await callEach([second], 'a', fail);
      await agree();
      await expectRejected(first, 'a', isCircuitOpen);
      await expectRejected(second, 'a', isCircuitOpen);
    },
  ),
  contractCase(
    'rules that have changed hold for what comes, over what both sides see',
    async (first, second, { agree }) => {
      await callEach([first, second, first, second, first, second, first, second], 'a', succeed);
      await agree();
      const rules = { minimumCalls: 2, window: { kind: 'time', ms: 60_000 } } as const;
      for (const policy of [first, second]) policy.update({ breaker: rules });
      await callEach([first], 'a', fail);
      await agree();
      expectEqual(first.breaker('a').state, 'closed', 'state before the new rule is met');
      await callEach([second], 'a', fail);
      await agree();
      await expectRejected(first, 'a', isCircuitOpen);
      await expectRejected(second, 'a', isCircuitOpen);
    },
  ),
  contractCase(
    'a breaker that was switched off follows the others when it is on again',
    async (first, second, { agree }) => {
      await callEach([second], 'a', succeed);
      await agree();
      second.update({ breaker: false });
      await callEach([first, first, first], 'a', fail);
      await agree();
      await callEach([second], 'a', succeed);
      await agree();
      second.update({ breaker: options.breaker });
      await agree();
      await expectRejected(second, 'a', isCircuitOpen);
      await expectRejected(first, 'a', isCircuitOpen);
    },
  ),
  contractCase('keys are apart', async (first, second, { agree }) => {
    await callEach([first, first, first], 'a', fail);
    await agree();
    await callEach([second], 'b', succeed);
    expectEqual(second.breaker('b').state, 'closed', 'state of the other key');
  }),
  contractCase('policies of different names are apart', async (first, _second, { agree, makePolicy }) => {
    const other = makePolicy(1, { ...options, name: 'another' });
    await callEach([first, first, first], 'a', fail);
    await agree();
    await callEach([other], 'a', succeed);
    expectEqual(other.breaker('a').state, 'closed', 'state of the other policy');
  }),
  contractCase(
    'an open circuit keeps its time on both sides',
    async (first, second, { agree, advance }) => {
      await callEach([first, first, first], 'a', fail);
      await callEach([second], 'b', succeed);
      await agree();
      await advance(OPEN_MS / 4);
      await expectRejected(second, 'a', isCircuitOpen);
      await advance(OPEN_WITH_JITTER_MS);
      await callEach([second], 'a', succeed);
    },
    OPEN_MS,
  ),
  contractCase(
    'a half-open circuit has one probe out, on whichever side',
    async (first, second, { agree, advance }) => {
      await callEach([first, first, first], 'a', fail);
      await agree();
      await advance(OPEN_WITH_JITTER_MS);
      const probe = first.begin({ key: 'a' });
      const admission = await probe.admit();
      expectEqual(admission.admitted, true, 'the first probe is admitted');
      await agree();
      await expectRejected(second, 'a', isCircuitOpen);
      probe.end();
      await agree();
      await callEach([second], 'a', succeed);
    },
    OPEN_MS,
  ),
  contractCase(
    'a good probe closes the circuit for both',
    async (first, second, { agree, advance }) => {
      await callEach([first, first, first], 'a', fail);
      await agree();
      await advance(OPEN_WITH_JITTER_MS);
      await callEach([second], 'a', succeed);
      await agree();
      expectEqual(first.breaker('a').state, 'closed', 'state on the side that tripped');
      await callEach([first, second, first], 'a', succeed);
    },
    OPEN_MS,
  ),
  contractCase(
    'a failed probe opens the circuit for longer, for both',
    async (first, second, { agree, advance }) => {
      await callEach([first, first, first], 'a', fail);
      await agree();
      await advance(OPEN_WITH_JITTER_MS);
      await callEach([second], 'a', fail);
      await agree();
      await advance(OPEN_WITH_JITTER_MS);
      await expectRejected(first, 'a', isCircuitOpen);
      await expectRejected(second, 'a', isCircuitOpen);
    },
    OPEN_MS,
  ),
  contractCase('a result of an older generation changes nothing', async (first, second, { agree }) => {
    const late = first.begin({ key: 'a' });
    const admission = await late.admit();
    if (!admission.admitted) throw new Error('the first call must be admitted');
    await callEach([second, second, second], 'a', fail);
    await agree();
    late.settle(admission.permit, { kind: 'value', value: 'fine' });
    late.end();
    await agree();
    expectEqual(second.breaker('a').state, 'open', 'state after a late success');
    await expectRejected(first, 'a', isCircuitOpen);
  }),
  contractCase(
    'a circuit forced open by one stays open for both until it is closed',
    async (first, second, { agree, advance }) => {
      await callEach([first, second], 'a', succeed);
      first.breaker('a').open();
      await agree();
      await advance(OPEN_WITH_JITTER_MS);
      await expectRejected(second, 'a', isCircuitOpen);
      second.breaker('a').close();
      await agree();
      await callEach([first], 'a', succeed);
    },
    OPEN_MS,
  ),
  contractCase('a cool-down holds both sides, and a reset lifts it for both', async (first, second, fleet) => {
    const { advance, agree } = fleet;
    await callEach([second], 'a', succeed);
    await first.execute(() => unavailable, { key: 'a' });
    // A second call of the key, two seconds later: the throttling concerns more than one tenant.
    await advance(UNSERVED_MS);
    await first.execute(() => unavailable, { key: 'a' });
    await agree();
    await expectRejected(second, 'a', isCoolDown, { totalMs: 1_000 });
    first.breaker('a').reset();
    await agree();
    await callEach([second], 'a', succeed);
  }),
  contractCase('what one side has spent on retries the other cannot spend', async (_first, _second, tools) => {
    const { agree, makePolicy } = tools;
    const spender = { ...options, breaker: false, retry: {}, budget: SIX_RETRIES } as const;
    const [first, second] = [makePolicy(0, spender), makePolicy(1, spender)];
    // A call on each side makes the key known to both.
    await callEach([first, second], 'a', succeed);
    await agree();
    let retries = 0;
    for (const policy of [first, second]) {
      for (let call = 0; call < 10; call += 1) if (await mayRetry(policy)) retries += 1;
      await agree();
    }
    expectEqual(retries, 6, 'retries of both sides together');
  }),
  contractCase('a limit is divided among the sides that use the key', async (_first, _second, tools) => {
    const { agree, makePolicy } = tools;
    const limited = { ...options, limit: { kind: 'fixed', concurrency: 4, queue: 0 } } as const;
    const [first, second] = [makePolicy(0, limited), makePolicy(1, limited)];
    await callEach([first, second], 'a', succeed);
    await agree();
    const held = [await holdPlace(first), await holdPlace(first), await holdPlace(second)];
    const refused = await holdPlace(first);
    for (const { session } of [...held, refused]) session.end();
    expectEqual(
      held.every(({ admitted }) => admitted),
      true,
      'each side has its share of the places',
    );
    expectEqual(refused.admitted, false, 'one side alone has no more than its share');
  }),
  contractCase('one side that lets go leaves the other its state', async (first, second, { agree }) => {
    await callEach([first, first, first], 'a', fail);
    await callEach([second], 'b', succeed);
    await agree();
    await expectRejected(second, 'a', isCircuitOpen);
    first.close();
    await agree();
    await expectRejected(second, 'a', isCircuitOpen);
  }),
  ...(['spread', 'frozen', 'proxied'] as const).map((shape) =>
    contractCase(`a link and its state may be ${shape} by a store around this one`, async (_first, _second, tools) => {
      const { agree, makePolicy } = tools;
      const around = (store: BreakerStore) => reshapedStore(store, shape);
      const [first, second] = [makePolicy(0, options, around), makePolicy(1, options, around)];
      await callEach([second], 'a', succeed);
      await callEach([first, first, first], 'a', fail);
      await agree();
      await expectRejected(first, 'a', isCircuitOpen);
      await expectRejected(second, 'a', isCircuitOpen);
      first.breaker('a').reset();
      await agree();
      await callEach([first, second], 'a', succeed);
    }),
  ),
];
