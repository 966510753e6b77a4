import type { KeyBudget } from '../retry/budget.js';
import type { BreakerStore, KeyState, StoreLink } from '../store/store.js';

/** Changes that a wrapping store may make to the links that it passes on, and to their states. */
export type LinkShape = 'spread' | 'frozen' | 'proxied';

/** Wraps a store so that it passes on links as copies, as frozen copies, or through proxies. */
export function reshapedStore(store: BreakerStore, shape: LinkShape): BreakerStore {
  return {
    attach(id, watcher, context) {
      const link = store.attach(id, watcher, context);
      return reshaped({ ...methodsOf(link), state: reshaped({ ...link.state }, link.state, shape) }, undefined, shape);
    },
    ...(store.onStatus && { onStatus: (listener) => store.onStatus?.(listener) ?? (() => {}) }),
  };
}

/** Returns the object in another shape. `whole`: the target of a proxy, in place of the copy. */
function reshaped<T extends StoreLink | KeyState>(copy: T, whole: T | undefined, shape: LinkShape): T {
  switch (shape) {
    case 'spread':
      return copy;
    case 'frozen':
      return Object.freeze(copy);
    case 'proxied':
      return new Proxy(whole ?? copy, {});
  }
}

/** Returns the methods that a link has, bound to that link. */
function methodsOf(link: StoreLink): Omit<StoreLink, 'state'> {
  return {
    detach: () => link.detach(),
    ...(link.outcomeRecorded && { outcomeRecorded: (evidence) => link.outcomeRecorded?.(evidence) }),
    ...(link.transitioned && { transitioned: (transition) => link.transitioned?.(transition) }),
    ...(link.acquireProbe && { acquireProbe: async (leaseMs) => link.acquireProbe?.(leaseMs) }),
    ...(link.probeWaitMs !== undefined && { probeWaitMs: link.probeWaitMs }),
    ...(link.probeEnded && { probeEnded: (token, end) => link.probeEnded?.(token, end) }),
    ...(link.coolDownChanged && { coolDownChanged: (remainingMs) => link.coolDownChanged?.(remainingMs) }),
    ...(link.budget && { budget: (rules) => link.budget?.(rules) as KeyBudget }),
    ...(link.instances && { instances: (nowMs) => link.instances?.(nowMs) ?? 1 }),
    ...(link.rulesChanged && { rulesChanged: (rules) => link.rulesChanged?.(rules) }),
  };
}
