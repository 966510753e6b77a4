import { isPolicy, type TracedPolicy } from '@breakwater/core/adapter';
import type { Attributes } from '@opentelemetry/api';

type Tell = (attributes: Attributes) => void;

/** Passes the transitions of breakers to the calls under way. Listens to a policy only while it has such calls. */
export class BreakerMoves {
  readonly #policies = new WeakMap<TracedPolicy, PolicyCalls>();

  /** Follows the breaker of a key until the returned function is called. */
  follow(policy: TracedPolicy, key: string, tell: Tell): () => void {
    let calls = this.#policies.get(policy);
    if (calls === undefined) {
      calls = new PolicyCalls();
      this.#policies.set(policy, calls);
    }
    return calls.add(policy, key, tell);
  }
}

/** The calls of one policy under way. */
class PolicyCalls {
  readonly #byKey = new Map<string, Set<Tell>>();
  #unlisten = (): void => {};

  add(policy: TracedPolicy, key: string, tell: Tell): () => void {
    if (this.#byKey.size === 0) this.#unlisten = this.#listen(policy);
    const calls = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, calls);
    calls.add(tell);
    return () => {
      if (!calls.delete(tell) || calls.size > 0) return;
      this.#byKey.delete(key);
      if (this.#byKey.size === 0) this.#unlisten();
    };
  }

  #listen(policy: TracedPolicy): () => void {
    if (!isPolicy(policy)) return () => {};
    return policy.on('breaker', ({ key, from, to, why }) => {
      const move = {
        'breakwater.breaker.from': from,
        'breakwater.breaker.to': to,
        'breakwater.transition.reason': why,
      };
      for (const tell of this.#byKey.get(key) ?? []) tell(move);
    });
  }
}
