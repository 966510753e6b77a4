import { type PolicyChoice, type RivalName, rivals, type Scenario } from '@breakwater/simulator';

/** One run: a scenario, a policy and a seed. */
export interface PlayTask {
  readonly scenario: Scenario;
  readonly policy: PolicyChoice;
  readonly seed: number;
}

/** A task as it can be sent to a thread. A rival that is a function is sent by its name. */
export interface SentTask {
  readonly scenario: Scenario;
  readonly policy: Exclude<PolicyChoice, (...args: never[]) => unknown> | { readonly rival: RivalName };
  readonly seed: number;
}

/** Returns the task in a form for a thread; undefined if its policy has functions, which cannot be sent. */
export function sentTask({ policy, scenario, seed }: PlayTask): SentTask | undefined {
  // A client may have a policy of its own.
  if (hasFunction(scenario.clients)) return undefined;
  if (typeof policy === 'function') {
    const [rival] = Object.entries(rivals).find(([, known]) => known.policy === policy) ?? [];
    return rival === undefined ? undefined : { scenario, policy: { rival: rival as RivalName }, seed };
  }
  return hasFunction(policy) ? undefined : { scenario, policy, seed };
}

/** Reverses `sentTask`. */
export function receivedTask({ policy, scenario, seed }: SentTask): PlayTask {
  const isRival = typeof policy === 'object' && 'rival' in policy;
  return { scenario, policy: isRival ? rivals[policy.rival].policy : policy, seed };
}

function hasFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasFunction);
}
