import { type Clock, createPolicy, type Policy, type PolicyOptions, systemClock } from '@breakwater/core';

/**
 * The policies of a run. All wait so little that a million calls take minutes, and forget keys so soon that many come
 * and go.
 *
 * - `open`: what most calls go through; nothing is held back but by its breakers, cool-downs and sleeping limit
 * - `timed`: the same, with limits to each attempt and to the call
 * - `narrow`: a bulkhead that is always full
 * - `patient`: waits for ever where it waits at all, so that each wait can be cut short; one attempt at a time
 * - `cooled`: waits for ever for a cool-down; its clock can skip ahead
 * - `fragile`: one failure opens a circuit, for a millisecond
 * - `observer`: watches
 */
export type PolicyName = keyof typeof options;
export type Policies = Readonly<Record<PolicyName, Policy>>;

/** The longest wait of a policy that waits for ever. */
export const LONG_MS = 600_000;

let skippedMs = 0;
const skippingClock: Clock = { ...systemClock, now: () => systemClock.now() + skippedMs };

const brief: PolicyOptions = {
  retry: {
    backoff: { kind: 'exponential', baseMs: 1, throttledBaseMs: 1, maxMs: 4 },
    maxElapsedMs: 2_000,
  },
  budget: { ratio: 0.5, minRetriesPerSecond: 50, windowMs: 1_000 },
  breaker: { window: { kind: 'time', ms: 200 }, openMs: 2, openFactor: 1.5, maxOpenMs: 20 },
  coolDown: { maxMs: 4 },
  maxKeys: 32,
};

const options = {
  open: brief,
  timed: { ...brief, timeouts: { attemptMs: 12, totalMs: 30 } },
  narrow: {
    ...brief,
    budget: { ratio: 0.1, minRetriesPerSecond: 5 },
    limit: { kind: 'fixed', concurrency: 4, queue: 8, maxQueueMs: 10 },
  },
  patient: {
    retry: {
      backoff: { kind: 'constant', baseMs: LONG_MS / 2, maxMs: LONG_MS, jitter: 'none' },
      maxElapsedMs: LONG_MS,
    },
    budget: false,
    breaker: false,
    limit: { kind: 'fixed', concurrency: 1, queue: 4, maxQueueMs: LONG_MS },
    maxKeys: 32,
  },
  cooled: {
    retry: { maxElapsedMs: LONG_MS },
    budget: false,
    breaker: false,
    limit: false,
    coolDown: { maxMs: LONG_MS },
    clock: skippingClock,
    maxKeys: 32,
  },
  fragile: {
    retry: { backoff: { kind: 'constant', baseMs: 1, jitter: 'none' } },
    breaker: { consecutiveFailures: 1, openMs: 1, maxOpenMs: 1, successesToClose: 1 },
    limit: false,
    maxKeys: 32,
  },
  observer: { ...brief, mode: 'observe' },
} as const satisfies Record<string, PolicyOptions>;

export const policyNames = Object.keys(options) as readonly PolicyName[];

export function createPolicies(random: () => number): Policies {
  const made = policyNames.map((name) => [name, newPolicy(name, random)] as const);
  return Object.fromEntries(made) as Record<PolicyName, Policy>;
}

/** Another policy of these options, which shares nothing with the first. */
export function newPolicy(name: PolicyName, random: () => number): Policy {
  return createPolicy({ name, random, ...options[name] });
}

/** Makes time pass at once for the policy `cooled`. */
export function skipTime(ms: number): void {
  skippedMs += ms;
}

/** Returns everything that a policy still holds though nothing is under way, in words. */
export function heldBy(policy: Policy): readonly string[] {
  const { keys } = policy.snapshot();
  return Object.entries(keys).flatMap(([key, { inFlight, limit, coolDown }]) => {
    const held = {
      'calls under way': inFlight,
      'places taken': limit?.inFlight ?? 0,
      'waiting for a place': limit?.waiting ?? 0,
      'waiting for a cool-down': coolDown?.waiting ?? 0,
    };
    return Object.entries(held).flatMap(([what, count]) =>
      count === 0 ? [] : [`policy ${policy.name}, key ${key}: ${what}: ${count}`],
    );
  });
}
