import { createPolicy, type Policy, type PolicyEventName, type PolicyOptions } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';

/** A policy on a clock that stands still, without chance. */
export function steadyPolicy(options: PolicyOptions = {}): { readonly policy: Policy; readonly clock: ManualClock } {
  const clock = new ManualClock();
  return { policy: createPolicy({ clock, random: () => 0, ...options }), clock };
}

/**
 * Waits for a call over real sockets, and moves the clock on whenever a timer is set on it. If the policy has timeouts,
 * whose timers must not run out, it moves only as far as waits of no time need.
 */
export async function drive<T>(clock: ManualClock, call: PromiseLike<T>, only?: 'waits of no time'): Promise<T> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  call.then(end, end);
  while (!over) {
    if (clock.pending === 0) await macrotask();
    else if (only === undefined) await clock.runAll();
    else await clock.advance(0);
  }
  return call;
}

/** The error that a call ends with. */
export async function errorOf(call: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('the call succeeded');
}

/** Resolves once a policy has emitted such an event, and its causes have gone on until they wait. */
export async function told(policy: Policy, event: PolicyEventName): Promise<void> {
  await new Promise<void>((resolve) => {
    const off = policy.on(event, () => {
      off();
      resolve();
    });
  });
  await macrotask();
}

export function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
