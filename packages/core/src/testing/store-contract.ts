import type { Clock } from '../host/clock.js';
import type { PolicyOptions } from '../options/options.js';
import { isCircuitOpen, isCoolDown } from '../outcome/errors.js';
import { createPolicy, type Policy } from '../policy.js';
import type { BreakerStore } from '../store/store.js';
import { reshapedStore } from './reshaped-store.js';

/** Two processes' views of one store, as a contract case needs them. */
export interface StoreFleet {
  /** Stores of the first and the second process. May be one object, for a store within one process. */
  readonly stores: readonly [BreakerStore, BreakerStore];
  readonly clock: Clock;
  /** Lets `ms` milliseconds pass, for the store too. */
  advance(ms: number): Promise<void>;
  /** Resolves when all that was given to the store has reached both views. */
  agree(): Promise<void>;
  /** Frees what the fleet holds. */
  close(): Promise<void>;
}

/** One rule that a store must keep. `run` rejects if it does not. */
export interface StoreContractCase {
  readonly title: string;
  /** Rejects if the store breaks the rule. */
  run(fleet: StoreFleet): Promise<void>;
}

/** Clock on which a case waits for its end. */
const OPEN_MS = 2_000;
const OPEN_WITH_JITTER_MS = OPEN_MS * 1.1;
/** In all others: on a real clock no case must depend on how fast it runs. */
const LONG_OPEN_MS = 30_000;
/**
 * After two seconds without an answered call, throttled answers hold the whole key. A timer may fire a moment before
 * its time.
 */
const UNSERVED_MS = 2_200;

const options: PolicyOptions = {
  name: 'contract',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: {
    consecutiveFailures: 3,
    minimumCalls: 4,
    failureRate: 0.5,
    openMs: LONG_OPEN_MS,
    openFactor: 2,
    successesToClose: 1,
    probeLeaseMs: 10_000,
  },
};

const fail = (): never => {
  throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
};
const succeed = (): string => 'fine';
const unavailable = { status: 503, headers: { 'retry-after': '5' } };

/** Rules for every breaker store, wherever it keeps its states. Run each case on a fleet of its own. */
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
    // A second call of the key, two seconds later: it is not for one tenant alone.
    await advance(UNSERVED_MS);
    await first.execute(() => unavailable, { key: 'a' });
    await agree();
    await expectRejected(second, 'a', isCoolDown, { totalMs: 1_000 });
    first.breaker('a').reset();
    await agree();
    await callEach([second], 'a', succeed);
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

interface CaseTools {
  agree(): Promise<void>;
  advance(ms: number): Promise<void>;
  /** `around`: what the policy gets in place of the side's store. */
  makePolicy(side: 0 | 1, policyOptions: PolicyOptions, around?: (store: BreakerStore) => BreakerStore): Policy;
}

function contractCase(
  title: string,
  run: (first: Policy, second: Policy, tools: CaseTools) => Promise<void>,
  openMs = LONG_OPEN_MS,
): StoreContractCase {
  return {
    title,
    async run(fleet) {
      const policies: Policy[] = [];
      const makePolicy: CaseTools['makePolicy'] = (side, policyOptions, around = (store) => store) => {
        const policy = createPolicy({ ...policyOptions, store: around(fleet.stores[side]), clock: fleet.clock });
        policies.push(policy);
        return policy;
      };
      const tools = { agree: () => fleet.agree(), advance: (ms: number) => fleet.advance(ms), makePolicy };
      try {
        const own = { ...options, breaker: { ...options.breaker, openMs } };
        await run(makePolicy(0, own), makePolicy(1, own), tools);
      } finally {
        for (const policy of policies) policy.close();
      }
    },
  };
}

/** One call after the other, whatever they end with. */
async function callEach(policies: readonly Policy[], key: string, fn: () => string): Promise<void> {
  for (const policy of policies) {
    await policy.execute(fn, { key }).catch((error: unknown) => {
      if (isCircuitOpen(error) || isCoolDown(error)) throw new Error(`a call was refused: ${String(error)}`);
    });
  }
}

async function expectRejected(
  policy: Policy,
  key: string,
  expected: (error: unknown) => boolean,
  timeouts?: { readonly totalMs: number },
): Promise<void> {
  let attempts = 0;
  const attempt = (): void => {
    attempts += 1;
  };
  const error: unknown = await policy.execute(attempt, { key, timeouts }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (attempts > 0) throw new Error('a call went through that had to be refused');
  if (!expected(error)) throw new Error(`refused with the wrong error: ${String(error)}`);
}

function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}
