import type { BreakerPhase, KeySnapshot, Policy } from '@breakwater/core';
import { type ObservableName, observableNames } from './instruments.js';
import type { MetricAttributes } from './metric-attributes.js';
import type { Series } from './series.js';

/** The value of an observable metric at this moment. */
export interface Observation {
  readonly name: ObservableName;
  readonly value: number;
  readonly attributes: MetricAttributes;
}

/** Policies whose store is failing now, as recorded by `watchStore`. */
export type DegradedStores = Readonly<Pick<WeakSet<Policy>, 'has'>>;

/**
 * Reads all observable metrics. Policies of the same name, and keys beyond the bound, share a series with the sum of
 * their values, or the longest of their cool-downs.
 */
export function observePolicies(policies: Iterable<Policy>, series: Series, degraded: DegradedStores): Observation[] {
  const merged = new Map<ObservableName, Map<string, { value: number; readonly attributes: MetricAttributes }>>(
    observableNames.map((name) => [name, new Map()]),
  );
  const observe = (name: ObservableName, value: number, attributes: MetricAttributes): void => {
    const values = merged.get(name);
    const id = JSON.stringify(attributes);
    const known = values?.get(id);
    if (known === undefined) values?.set(id, { value, attributes });
    else known.value = name === LONGEST ? Math.max(known.value, value) : known.value + value;
  };
  for (const policy of policies) {
    const { policy: name, keys, store } = policy.snapshot();
    const list = Object.entries(keys);
    const own = series.ofPolicy(name);
    observe('breakwater.keys', list.length, own);
    observe('breakwater.store.degraded', store?.degraded || degraded.has(policy) ? 1 : 0, own);
    observe('breakwater.store.poll_only', store?.pollOnly ? 1 : 0, own);
    for (const [key, snapshot] of list) observeKey(snapshot, series.ofKey(name, key), observe);
  }
  return [...merged].flatMap(([name, values]) => [...values.values()].map((observed) => ({ name, ...observed })));
}

const LONGEST: ObservableName = 'breakwater.cool_down.remaining';
/** Each state always has a series, so that a panel shows 0 rather than nothing. */
const STATES: readonly BreakerPhase[] = ['closed', 'open', 'half-open', 'forced-open'];

function observeKey(
  { breaker, budget, limit, coolDown, inFlight }: KeySnapshot,
  attributes: MetricAttributes,
  observe: (name: ObservableName, value: number, attributes: MetricAttributes) => void,
): void {
  if (breaker !== undefined) {
    for (const state of STATES) {
      const value = breaker.state === state ? 1 : 0;
      observe('breakwater.breaker.state', value, { ...attributes, 'breakwater.breaker.state': state });
    }
  }
  observe('breakwater.inflight', limit?.inFlight ?? inFlight, attributes);
  if (budget !== undefined) observe('breakwater.budget.balance', budget.available, attributes);
  if (limit?.cap !== undefined) observe('breakwater.limit.concurrency', limit.cap, attributes);
  if (coolDown !== undefined) observe(LONGEST, coolDown.remainingMs / 1_000, attributes);
}
