import type { Clock } from '../host/clock.js';
import { ignoreRejection, isThenable } from '../untrusted/thenable.js';
import { isMemoryStore } from './memory-store.js';
import { type Attempt, ProbeWaits } from './probe-waits.js';
import { SafeLink } from './safe-link.js';
import type { BreakerStore, StoreLink } from './store.js';
import { newKeyState } from './store.js';
import type { StoreHealth } from './store-health.js';

/**
 * Wraps a store so that none of its failures reaches a call. If it throws or does not answer, the policy goes on with
 * its local state. `health` records the results of its methods.
 */
export function failSafeStore(store: BreakerStore, clock: Clock, health: StoreHealth): BreakerStore {
  if (isMemoryStore(store)) return store;

  /** Returns `undefined` if the action failed. */
  const attempt: Attempt = (method, action) => {
    const worked = (): void => health.worked(method, clock.now());
    const failed = (error: unknown): void => health.failed(method, error, clock.now());
    try {
      const result = action();
      if (isThenable(result)) result.then(worked, failed);
      else worked();
      return result;
    } catch (error) {
      failed(error);
      return undefined;
    }
  };

  const waits = new ProbeWaits(attempt, clock);
  return {
    attach(id, watcher, context) {
      const link = attempt('attach', () => {
        const inner = checkedLink(store.attach(id, watcher, context));
        return new SafeLink(inner, attempt, waits);
      });
      if (link !== undefined) return link;
      const state = newKeyState();
      state.watchers = [watcher];
      return { state, detach() {} };
    },
    onStatus(listener) {
      return attempt('onStatus', () => store.onStatus?.(listener)) ?? (() => {});
    },
  };
}

/** Throws if a store returns no link at once: a store behind a network must not make its policy wait for one. */
function checkedLink(link: StoreLink): StoreLink {
  const given: unknown = link;
  if (typeof given === 'object' && given !== null && 'state' in given) return link;
  ignoreRejection(given);
  throw new TypeError('attach must return a link, with its state, at once');
}
