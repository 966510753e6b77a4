import type { Clock } from '../host/clock.js';
import type { PolicyOptions } from '../options/options.js';
import { isCircuitOpen, isCoolDown } from '../outcome/errors.js';
import type { Policy } from '../policy/policy-port.js';
import { createPolicy } from '../policy.js';
import type { Session } from '../session/session.js';
import type { BreakerStore } from '../store/store.js';

/** Two processes' views of one store, as a contract case needs them. */
export interface StoreFleet {
  /** Stores of the first and the second process. May be one object for a store within one process. */
  readonly stores: readonly [BreakerStore, BreakerStore];
  readonly clock: Clock;
  /** Lets `ms` milliseconds pass, for the store too. */
  advance(ms: number): Promise<void>;
  /** Resolves when everything given to the store has reached both views. */
  agree(): Promise<void>;
  /** Frees the resources of the fleet. */
  close(): Promise<void>;
}

/** One rule that a store must keep. `run` rejects if it does not. */
export interface StoreContractCase {
  readonly title: string;
  /** Rejects if the store breaks the rule. */
  run(fleet: StoreFleet): Promise<void>;
}

/** Open time of all other cases, in ms: on a real clock, none of them must depend on the speed of the machine. */
const LONG_OPEN_MS = 30_000;

/** Options of both policies of a case. */
export const options: PolicyOptions = {
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

interface CaseTools {
  agree(): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Makes a policy on one side. `around` may wrap the side's store. */
  makePolicy(side: 0 | 1, policyOptions: PolicyOptions, around?: (store: BreakerStore) => BreakerStore): Policy;
}

/** Makes a case of two policies, one on each side. Both are closed at its end. */
export function contractCase(
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

/** Makes one call after the other, and ignores their results. */
export async function callEach(policies: readonly Policy[], key: string, fn: () => string): Promise<void> {
  for (const policy of policies) {
    await policy.execute(fn, { key }).catch((error: unknown) => {
      if (isCircuitOpen(error) || isCoolDown(error)) throw new Error(`a call was refused: ${String(error)}`);
    });
  }
}

export async function expectRejected(
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

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

/** Makes a call that fails, and returns whether the budget has a retry for it. The retry is not made. */
export async function mayRetry(policy: Policy): Promise<boolean> {
  const session = policy.begin({ key: 'a' });
  const admission = await session.admit();
  if (!admission.admitted) throw new Error('a call was refused');
  const error = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const { retry } = session.settle(admission.permit, { kind: 'error', error, code: error.code });
  session.end();
  return retry;
}

/** Takes a slot in the limit of the key `a`, until the session ends. */
export async function holdPlace(policy: Policy): Promise<{ readonly session: Session; readonly admitted: boolean }> {
  const session = policy.begin({ key: 'a' });
  const { admitted } = await session.admit();
  return { session, admitted };
}
