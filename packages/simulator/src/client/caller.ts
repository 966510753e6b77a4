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
  /** Makes the attempts of one call, and ends as the last of them did or with an error of its own. */
  execute<T>(attempt: () => Promise<T>, call: CallOptions): Promise<T>;
}

/** Time and chance for a custom caller. */
export interface CallerHost {
  readonly clock: Clock;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
  /** Shared by the processes of an application, if the simulation has one. */
  readonly store: BreakerStore | undefined;
}

/** `none`: each call is one attempt. Options: a policy of this library. A function: any caller. */
export type PolicyChoice = 'none' | PolicyOptions | ((host: CallerHost) => Caller);

/** Makes the caller of one process. `policy` is undefined if the choice is none of this library's. */
export function createCaller(choice: PolicyChoice, host: CallerHost): { caller: Caller; policy: Policy | undefined } {
  if (choice === 'none') return { caller: bareCaller, policy: undefined };
  if (typeof choice === 'function') return { caller: choice(host), policy: undefined };
  const { clock, random, store } = host;
  // The mode is named, so that the environment of the process that simulates decides nothing.
  const policy = createPolicy({ mode: 'enforce', ...(store && { store }), ...choice, clock, random });
  return { caller: policy, policy };
}

const bareCaller: Caller = { execute: (attempt) => attempt() };
