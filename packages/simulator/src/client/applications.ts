import { type BreakerStore, type Clock, memoryStore, type Policy } from '@breakwater/core';
import { Dice } from '../chance/dice.js';
import { type Caller, createCaller, type PolicyChoice } from './caller.js';

/** Makes the policies of an application's processes. */
export interface ApplicationRules {
  readonly clock: Clock;
  readonly seed: number;
  /** Returns the policy of an application. */
  policyOf(application: string): PolicyChoice;
  /** Set if the processes of an application share the state of their breakers. */
  readonly sharedStore: boolean;
  onPolicy(policy: Policy, application: string, process: number): void;
}

/** The processes of each application, each with a policy of its own, made on first use. */
export class Applications {
  readonly #rules: ApplicationRules;
  readonly #known = new Map<string, { readonly callers: Caller[]; readonly store: BreakerStore | undefined }>();

  constructor(rules: ApplicationRules) {
    this.#rules = rules;
  }

  /** Returns the callers of an application's first processes. */
  callers(application: string, processes: number): readonly Caller[] {
    const { clock, onPolicy, policyOf, seed, sharedStore } = this.#rules;
    let known = this.#known.get(application);
    if (known === undefined) {
      known = { callers: [], store: sharedStore ? memoryStore() : undefined };
      this.#known.set(application, known);
    }
    const { callers, store } = known;
    while (callers.length < processes) {
      const process = callers.length;
      const dice = new Dice(seed, this.#known.size, process);
      const { caller, policy } = createCaller(policyOf(application), { clock, random: () => dice.next(), store });
      callers.push(caller);
      if (policy !== undefined) onPolicy(policy, application, process);
    }
    return callers.slice(0, processes);
  }
}
