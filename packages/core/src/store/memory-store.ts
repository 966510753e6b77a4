import { type BudgetRules, type KeyBudget, RetryBudget } from '../retry/budget.js';
import { SafeBudget } from './safe-budget.js';
import type { BreakerStore, KeyState, KeyUser, StoreLink } from './store.js';
import { newKeyState } from './store.js';

/** Time after its last attempt during which a policy counts as using the key. */
const IN_USE_MS = 10_000;

/**
 * Keeps the states in this process. Policies with the same store object share the breakers, cool-downs, budgets and
 * limits of the same policy name and key. A state is forgotten once the last of them has released its key.
 */
export function memoryStore(): BreakerStore {
  const policies = new Map<string, Map<string, KeyState>>();

  const store: BreakerStore = {
    attach({ policy, key }, watcher) {
      const states = policies.get(policy) ?? new Map<string, KeyState>();
      policies.set(policy, states);
      const state = states.get(key) ?? newKeyState();
      states.set(key, state);
      state.watchers = [...state.watchers, watcher];
      return new MemoryLink(state, states, key, watcher);
    },
  };
  made.add(store);
  return store;
}

/** Tells if this is one of these stores, which cannot fail. */
export function isMemoryStore(store: BreakerStore): boolean {
  return made.has(store);
}

const made = new WeakSet<BreakerStore>();

/**
 * Times at which each policy last requested a slot in a limit, by the shared state. Nearly all states have one policy.
 */
const lastUses = new WeakMap<KeyState, Map<KeyUser, number>>();

/** The link of one policy to one key. A class, since there is one for each key that is kept. */
class MemoryLink implements StoreLink {
  readonly state: KeyState;
  readonly #states: Map<string, KeyState>;
  readonly #key: string;
  readonly #watcher: KeyUser;

  constructor(state: KeyState, states: Map<string, KeyState>, key: string, watcher: KeyUser) {
    this.state = state;
    this.#states = states;
    this.#key = key;
    this.#watcher = watcher;
  }

  budget(rules: BudgetRules): KeyBudget {
    for (const { budget } of this.state.watchers) {
      // Another store may wrap this one: then the policy keeps its budget in a safe one.
      const shared = budget instanceof SafeBudget ? budget.inner : budget;
      if (shared instanceof RetryBudget && shared.isBy(rules)) return shared;
    }
    return new RetryBudget(rules);
  }

  instances(nowMs: number): number {
    if (this.state.watchers.length === 1) return 1;
    const uses = lastUses.get(this.state) ?? new Map<KeyUser, number>();
    lastUses.set(this.state, uses);
    uses.set(this.#watcher, nowMs);
    for (const [user, usedMs] of uses) if (nowMs - usedMs >= IN_USE_MS) uses.delete(user);
    return uses.size;
  }

  detach(): void {
    this.state.watchers = this.state.watchers.filter((other) => other !== this.#watcher);
    lastUses.get(this.state)?.delete(this.#watcher);
    if (this.state.watchers.length === 0) this.#states.delete(this.#key);
  }
}
