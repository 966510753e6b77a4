import type { Clock, Timer } from '../host/clock.js';
import type { KeyBudget } from '../retry/budget.js';
import { ignoreRejection, isThenable } from '../untrusted/thenable.js';
import { isMemoryStore } from './memory-store.js';
import { SafeBudget } from './safe-budget.js';
import type { BreakerStore, FleetSnapshot, ProbeGrant, StoreLink } from './store.js';
import { newKeyState } from './store.js';
import type { StoreHealth } from './store-health.js';

/** Longest wait for a probe lease if the store sets none, in ms. */
const DEFAULT_PROBE_WAIT_MS = 100;
/** A store that has answered nothing about probes for so long fails; one that is only slow does not. */
const SILENT_MS = 1_000;

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

  /** Start of the first request for a lease that was not answered in time, since the last answer to one. */
  let silentSinceMs: number | undefined;

  /** Returns the grant if it comes in time, else undefined. A grant that comes later is returned to the store. */
  const bounded = (grant: Promise<ProbeGrant | undefined>, link: StoreLink): Promise<ProbeGrant | undefined> =>
    new Promise((resolve) => {
      const askedMs = clock.now();
      const waitMs = link.probeWaitMs ?? DEFAULT_PROBE_WAIT_MS;
      let timer: Timer | undefined = clock.schedule(() => {
        timer = undefined;
        silentSinceMs ??= askedMs;
        const silentMs = clock.now() - silentSinceMs;
        if (silentMs >= SILENT_MS) {
          attempt('acquireProbe', () => {
            throw new Error(`no answer about a probe for ${Math.round(silentMs)} ms`);
          });
        }
        resolve(undefined);
      }, waitMs);
      const settle = (value: ProbeGrant | undefined): void => {
        silentSinceMs = undefined;
        if (timer !== undefined) {
          timer.cancel();
          resolve(value);
        } else if (value?.granted) {
          attempt('probeEnded', () => link.probeEnded?.(value.token, 'released'));
        }
      };
      grant.then(settle, () => settle(undefined));
    });

  return {
    attach(id, watcher, context) {
      const link = attempt('attach', () => checkedLink(store.attach(id, watcher, context)));
      if (link === undefined) {
        const state = newKeyState();
        state.watchers = [watcher];
        return { state, detach() {} };
      }
      return guard(link, attempt, (grant) => bounded(grant, link));
    },
    onStatus(listener) {
      return attempt('onStatus', () => store.onStatus?.(listener)) ?? (() => {});
    },
  };
}

type Attempt = <T>(method: keyof StoreLink | keyof BreakerStore | keyof KeyBudget, action: () => T) => T | undefined;

/** Throws if a store returns no link at once: a store behind a network must not make its policy wait for one. */
function checkedLink(link: StoreLink): StoreLink {
  const given: unknown = link;
  if (typeof given === 'object' && given !== null && 'state' in given) return link;
  ignoreRejection(given);
  throw new TypeError('attach must return a link, with its state, at once');
}

/** Wraps a link, with only the methods that it has, so that missing ones cost nothing. */
function guard(
  link: StoreLink,
  attempt: Attempt,
  bound: (grant: Promise<ProbeGrant | undefined>) => Promise<ProbeGrant | undefined>,
): StoreLink {
  return {
    state: link.state,
    ...(link.outcomeRecorded && {
      outcomeRecorded: (evidence) => void attempt('outcomeRecorded', () => link.outcomeRecorded?.(evidence)),
    }),
    ...(link.transitioned && {
      transitioned: (transition) => void attempt('transitioned', () => link.transitioned?.(transition)),
    }),
    ...(link.acquireProbe && {
      acquireProbe: (leaseMs) => bound(Promise.resolve(attempt('acquireProbe', () => link.acquireProbe?.(leaseMs)))),
    }),
    ...(link.probeEnded && {
      probeEnded: (token, end) => void attempt('probeEnded', () => link.probeEnded?.(token, end)),
    }),
    ...(link.coolDownChanged && {
      coolDownChanged: (remainingMs) => void attempt('coolDownChanged', () => link.coolDownChanged?.(remainingMs)),
    }),
    ...(link.rulesChanged && {
      rulesChanged: (rules) => void attempt('rulesChanged', () => link.rulesChanged?.(rules)),
    }),
    ...(link.budget && {
      budget: (rules) =>
        new SafeBudget(
          attempt('budget', () => link.budget?.(rules)),
          rules,
          attempt,
        ),
    }),
    ...(link.instances && { instances: (nowMs) => atLeastOne(attempt('instances', () => link.instances?.(nowMs))) }),
    ...(link.fleet && { fleet: () => attempt('fleet', () => link.fleet?.()) ?? ONE }),
    detach: () => void attempt('detach', () => link.detach()),
  };
}

function atLeastOne(instances: unknown): number {
  return typeof instances === 'number' && instances >= 1 ? instances : 1;
}

const ONE: FleetSnapshot = Object.freeze({ instances: 1 });
