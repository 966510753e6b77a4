import { type Policy, policies as policiesOfProcess, watchPolicies } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';

/** Policies to follow: a list, or a function that returns the present ones. Undefined: all of the process. */
export type PolicySource = Iterable<Policy> | (() => Iterable<Policy>) | undefined;

/** Calls one function for each policy that appears, and its result when the policy disappears. */
export class FollowedPolicies {
  readonly #attach: (policy: Policy) => () => void;
  /** Weak, so that a policy without other references can be collected. */
  readonly #undo = new WeakMap<Policy, () => void>();
  readonly #read: () => readonly Policy[];
  readonly #unwatch: (() => void) | undefined;
  #isOver = false;

  constructor(source: PolicySource, attach: (policy: Policy) => () => void) {
    this.#attach = attach;
    if (source === undefined) {
      this.#read = policiesOfProcess;
      this.#unwatch = watchPolicies({
        added: (policy) => this.#follow(policy),
        removed: (policy) => this.#leave(policy),
      });
      return;
    }
    this.#read = typeof source === 'function' ? this.#asking(source) : constantly([...source]);
    this.current();
  }

  /** Returns the present policies. A new one is followed from now on. */
  current(): readonly Policy[] {
    if (this.#isOver) return [];
    const policies = this.#read();
    for (const policy of policies) this.#follow(policy);
    return policies;
  }

  stop(): void {
    const policies = this.current();
    this.#isOver = true;
    this.#unwatch?.();
    for (const policy of policies) this.#leave(policy);
  }

  #follow(policy: Policy): void {
    if (!this.#undo.has(policy)) this.#undo.set(policy, this.#attach(policy));
  }

  #leave(policy: Policy): void {
    this.#undo.get(policy)?.();
    this.#undo.delete(policy);
  }

  /** Returns a function that calls the user's. If that fails, it returns the previous policies. */
  #asking(source: () => Iterable<Policy>): () => readonly Policy[] {
    let last: readonly Policy[] = [];
    return () => {
      try {
        const now = [...source()].filter(isPolicy);
        for (const policy of last) if (!now.includes(policy)) this.#leave(policy);
        last = now;
      } catch {
        // A scrape must not fail because there is no list.
      }
      return last;
    };
  }
}

function constantly<T>(value: T): () => T {
  return () => value;
}
