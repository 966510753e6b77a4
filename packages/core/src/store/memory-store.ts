import type { TransitionListener } from '../breaker/phase.js';
import type { BreakerStore, KeyState, StoreLink } from './store.js';
import { newKeyState } from './store.js';

/**
 * Keeps the states in this process. Policies with the same store object share the breakers and cool-downs of the same
 * policy name and key. A state is forgotten once the last of them has released its key.
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

/** A class, since there is one of these for each key that is kept. */
class MemoryLink implements StoreLink {
  readonly state: KeyState;
  readonly #states: Map<string, KeyState>;
  readonly #key: string;
  readonly #watcher: TransitionListener;

  constructor(state: KeyState, states: Map<string, KeyState>, key: string, watcher: TransitionListener) {
    this.state = state;
    this.#states = states;
    this.#key = key;
    this.#watcher = watcher;
  }

  detach(): void {
    this.state.watchers = this.state.watchers.filter((other) => other !== this.#watcher);
    if (this.state.watchers.length === 0) this.#states.delete(this.#key);
  }
}
