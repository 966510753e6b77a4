import type { Policy } from '@breakwater/core';

/**
 * Gives each policy an id: its name, with a number added if another one has the same name. An id lasts as long as its
 * policy.
 */
export class PolicyList {
  readonly #ids = new Map<Policy, string>();

  /** Takes the present policies, and returns those that are new and those that have gone. */
  update(policies: readonly Policy[]): { readonly added: readonly Policy[]; readonly gone: readonly Policy[] } {
    const current = new Set(policies);
    const gone = [...this.#ids.keys()].filter((policy) => !current.has(policy));
    for (const policy of gone) this.#ids.delete(policy);
    const added = [...current].filter((policy) => !this.#ids.has(policy));
    for (const policy of added) this.#ids.set(policy, this.#freeId(policy.name));
    return { added, gone };
  }

  idOf(policy: Policy): string {
    return this.#ids.get(policy) ?? policy.name;
  }

  find(id: string): Policy | undefined {
    for (const [policy, other] of this.#ids) if (other === id) return policy;
    return undefined;
  }

  #freeId(name: string): string {
    const plain = name.replace(/\s+/g, ' ');
    const taken = new Set(this.#ids.values());
    for (let number = 1; ; number += 1) {
      const id = number === 1 ? plain : `${plain} (${number})`;
      if (!taken.has(id)) return id;
    }
  }
}
