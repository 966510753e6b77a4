import type { Clock, Timer } from '../host/clock.js';
import { ignoreRejection, isThenable } from '../untrusted/thenable.js';
import { isMemoryStore } from './memory-store.js';
import type { BreakerStore, ProbeGrant, StoreLink, StoreStatus } from './store.js';
import { newKeyState } from './store.js';

/** Longest wait for a probe lease if the store sets none, in ms. */
const DEFAULT_PROBE_WAIT_MS = 100;

/**
 * Wraps a store so that none of its failures reaches a call: if it throws or does not answer, the policy goes on with
 * its local state. `onStatus` is called with `degraded` at the first failure and with `restored` at the first success
 * after it.
 */
export function failSafeStore(
  store: BreakerStore,
  clock: Clock,
  onStatus: (status: StoreStatus) => void,
): BreakerStore {
  if (isMemoryStore(store)) return store;
  let degraded = false;

  const failed = (error: unknown): void => {
    if (degraded) return;
    degraded = true;
    onStatus({ status: 'degraded', error });
  };
  const worked = (): void => {
    if (!degraded) return;
    degraded = false;
    onStatus({ status: 'restored', error: undefined });
  };
  /** `undefined` if it failed. */
  const attempt = <T>(action: () => T): T | undefined => {
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

  return {
    attach(id, watcher, context) {
      const link = attempt(() => checkedLink(store.attach(id, watcher, context)));
      if (link === undefined) {
        const state = newKeyState();
        state.watchers = [watcher];
        return { state, detach() {} };
      }
      return guard(link, attempt, (grant) => bounded(grant, link, clock, attempt));
    },
    onStatus(listener) {
      return attempt(() => store.onStatus?.(listener)) ?? (() => {});
    },
  };
}

/** A store that is reached over a network must not make its policy wait for a link. */
function checkedLink(link: StoreLink): StoreLink {
  const given: unknown = link;
  if (typeof given === 'object' && given !== null && 'state' in given) return link;
  ignoreRejection(given);
  throw new TypeError('attach must return a link, with its state, at once');
}

/** Wraps a link, with only the methods that it has: a store pays nothing for those that it does not have. */
function guard(
  link: StoreLink,
  attempt: <T>(action: () => T) => T | undefined,
  bound: (grant: Promise<ProbeGrant | undefined>) => Promise<ProbeGrant | undefined>,
): StoreLink {
  return {
    state: link.state,
    ...(link.outcomeRecorded && {
      outcomeRecorded: (evidence) => void attempt(() => link.outcomeRecorded?.(evidence)),
    }),
    ...(link.transitioned && { transitioned: (transition) => void attempt(() => link.transitioned?.(transition)) }),
    ...(link.acquireProbe && {
      acquireProbe: () => bound(Promise.resolve(attempt(() => link.acquireProbe?.()))),
    }),
    ...(link.probeEnded && { probeEnded: (token, end) => void attempt(() => link.probeEnded?.(token, end)) }),
    ...(link.coolDownChanged && {
      coolDownChanged: (remainingMs) => void attempt(() => link.coolDownChanged?.(remainingMs)),
    }),
    ...(link.rulesChanged && { rulesChanged: (rules) => void attempt(() => link.rulesChanged?.(rules)) }),
    detach: () => void attempt(() => link.detach()),
  };
}

/** The grant if it comes in time. One that comes later is given back. */
function bounded(
  grant: Promise<ProbeGrant | undefined>,
  link: StoreLink,
  clock: Clock,
  attempt: <T>(action: () => T) => T | undefined,
): Promise<ProbeGrant | undefined> {
  return new Promise((resolve) => {
    const waitMs = link.probeWaitMs ?? DEFAULT_PROBE_WAIT_MS;
    let timer: Timer | undefined = clock.schedule(() => {
      timer = undefined;
      attempt(() => {
        throw new Error(`no answer about a probe within ${waitMs} ms`);
      });
      resolve(undefined);
    }, waitMs);
    const settle = (value: ProbeGrant | undefined): void => {
      if (timer !== undefined) {
        timer.cancel();
        resolve(value);
      } else if (value?.granted) {
        attempt(() => link.probeEnded?.(value.token, 'released'));
      }
    };
    grant.then(settle, () => settle(undefined));
  });
}
