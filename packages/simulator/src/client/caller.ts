import {
  type BreakerStore,
  type CallOptions,
  type Clock,
  createPolicy,
  type Policy,
  type PolicyOptions,
} from '@breakwater/core';

/** Layer between a client and its servers: a policy, or anything else that makes the attempts of a call. */
export interface Caller {
  /** Makes the attempts of one call. Ends as the last of them, or with an error of its own. */
  execute<T>(attempt: () => Promise<T>, call: CallOptions): Promise<T>;
}

/** Time and chance for a custom caller. */
export interface CallerHost {
  readonly clock: Clock;
  /** Returns numbers in [0, 1). */
  readonly random: () => number;
  /** Store shared by the processes of an application, if the simulation has one. */
  readonly store: BreakerStore | undefined;
}

/** `none`: each call is one attempt. Options: a policy of this library. A function: any other caller. */
export type PolicyChoice = 'none' | PolicyOptions | ((host: CallerHost) => Caller);

/** Makes the caller of one process. `policy` is undefined if the choice is not a policy of this library. */
export function createCaller(choice: PolicyChoice, host: CallerHost): { caller: Caller; policy: Policy | undefined } {
  if (choice === 'none') return { caller: bareCaller, policy: undefined };
  if (typeof choice === 'function') return { caller: choice(host), policy: undefined };
  const { clock, random, store } = host;
  // The mode is set, so that the environment of the simulating process has no influence.
  const policy = createPolicy({ mode: 'enforce', ...(store && { store }), ...choice, clock, random });
  return { caller: policy, policy };
}

const bareCaller: Caller = { execute: (attempt) => attempt() };
