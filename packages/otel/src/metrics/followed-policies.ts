import { type Policy, policies as policiesOfProcess, watchPolicies } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';

/** Policies to follow: a list, or a function that returns those that there are now. Undefined: all of the process. */
export type PolicySource = Iterable<Policy> | (() => Iterable<Policy>) | undefined;

/** Attaches to policies as they come, and detaches from them as they go. */
export class FollowedPolicies {
  readonly #attach: (policy: Policy) => () => void;
  /** Weak, so that a policy that is forgotten elsewhere can be collected. */
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

  /** Returns the policies that there are now. A new one is followed from now on. */
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

  /** Reads the user's function. If that fails, the policies are those of the time before. */
  #asking(source: () => Iterable<Policy>): () => readonly Policy[] {
    let last: readonly Policy[] = [];
    return () => {
      try {
        const now = [...source()].filter(isPolicy);
        for (const policy of last) if (!now.includes(policy)) this.#leave(policy);
        last = now;
      } catch {
        // A scrape must not fail for want of a list.
      }
      return last;
    };
  }
}

function constantly<T>(value: T): () => T {
  return () => value;
}
