import { type Duration, meanMs } from '../chance/duration.js';
import { type Behaviour, valueAt } from './behaviour.js';

/**
 * Returns the number of requests that a server can answer well in a stretch of time, by its slots and its mean service
 * time. Ramps are summed in steps; load-dependent work counts as if the server were empty.
 *
 * @param serviceMs - the time of the work, if it differs from the behaviour's
 */
export function capacityWithin(behaviour: Behaviour, fromMs: number, toMs: number, serviceMs?: Duration): number {
  const { slots = Number.POSITIVE_INFINITY, slowFactor = 1, perRequestMs = 0, reach = 'open' } = behaviour;
  if (reach !== 'open') return 0;
  const workMs = meanMs(serviceMs ?? behaviour.serviceMs ?? 10) + perRequestMs;
  const stepMs = (toMs - fromMs) / STEPS;
  let sum = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const atMs = fromMs + (step + 0.5) * stepMs;
    sum += (Math.floor(valueAt(slots, atMs)) * stepMs) / (workMs * valueAt(slowFactor, atMs));
  }
  return sum * (1 - failingShare(behaviour));
}

const STEPS = 200;

function failingShare({ faults = [] }: Behaviour): number {
  const concernsAll = faults.filter(({ kind, route, tenantsBelow }) => {
    return kind !== 'slow' && route === undefined && tenantsBelow === undefined;
  });
  return 1 - concernsAll.reduce((good, { share }) => good * (1 - share), 1);
}
