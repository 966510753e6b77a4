import type { KeyBudget } from '../retry/budget.js';
import type { BreakerStore, KeyState, StoreLink } from '../store/store.js';

/** Changes that a store around another may make to the links that it hands on, and to their states. */
export type LinkShape = 'spread' | 'frozen' | 'proxied';

/** A store that hands on the links of another as copies, as frozen copies, or through proxies. */
export function reshapedStore(store: BreakerStore, shape: LinkShape): BreakerStore {
  return {
    attach(id, watcher, context) {
      const link = store.attach(id, watcher, context);
      return reshaped({ ...methodsOf(link), state: reshaped({ ...link.state }, link.state, shape) }, undefined, shape);
    },
    ...(store.onStatus && { onStatus: (listener) => store.onStatus?.(listener) ?? (() => {}) }),
  };
}

/** `whole`: what a proxy stands for, in place of the copy. */
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

/** The methods that a link has, to be called on that link. */
function methodsOf(link: StoreLink): Omit<StoreLink, 'state'> {
  return {
    detach: () => link.detach(),
    ...(link.outcomeRecorded && { outcomeRecorded: (evidence) => link.outcomeRecorded?.(evidence) }),
    ...(link.transitioned && { transitioned: (transition) => link.transitioned?.(transition) }),
    ...(link.acquireProbe && { acquireProbe: async () => link.acquireProbe?.() }),
    ...(link.probeWaitMs !== undefined && { probeWaitMs: link.probeWaitMs }),
    ...(link.probeEnded && { probeEnded: (token, end) => link.probeEnded?.(token, end) }),
    ...(link.coolDownChanged && { coolDownChanged: (remainingMs) => link.coolDownChanged?.(remainingMs) }),
    ...(link.budget && { budget: (rules) => link.budget?.(rules) as KeyBudget }),
    ...(link.instances && { instances: (nowMs) => link.instances?.(nowMs) ?? 1 }),
    ...(link.rulesChanged && { rulesChanged: (rules) => link.rulesChanged?.(rules) }),
  };
}
