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

  return {
    attach(id, watcher, context) {
      const link = attempt('attach', () => checkedLink(store.attach(id, watcher, context)));
      if (link === undefined) {
        const state = newKeyState();
        state.watchers = [watcher];
        return { state, detach() {} };
      }
      return guard(link, attempt, (grant) => bounded(grant, link, clock, attempt));
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

/** Returns the grant if it comes in time, else undefined. A grant that comes later is returned to the store. */
function bounded(
  grant: Promise<ProbeGrant | undefined>,
  link: StoreLink,
  clock: Clock,
  attempt: Attempt,
): Promise<ProbeGrant | undefined> {
  return new Promise((resolve) => {
    const waitMs = link.probeWaitMs ?? DEFAULT_PROBE_WAIT_MS;
    let timer: Timer | undefined = clock.schedule(() => {
      timer = undefined;
      attempt('acquireProbe', () => {
        throw new Error(`no answer about a probe within ${waitMs} ms`);
      });
      resolve(undefined);
    }, waitMs);
    const settle = (value: ProbeGrant | undefined): void => {
      if (timer !== undefined) {
        timer.cancel();
        resolve(value);
      } else if (value?.granted) {
        attempt('probeEnded', () => link.probeEnded?.(value.token, 'released'));
      }
    };
    grant.then(settle, () => settle(undefined));
  });
}
