import type { BreakerRules } from '../breaker/rules.js';
import type { HealthSample, Transition } from '../breaker/state.js';
import type { BudgetRules, KeyBudget } from '../retry/budget.js';
import { isAmount } from './amount.js';
import type { Attempt, ProbeWaits } from './probe-waits.js';
import { SafeBudget } from './safe-budget.js';
import type { FleetSnapshot, KeyState, ProbeEnd, ProbeGrant, StoreLink } from './store.js';

/** Methods that a store's link may lack: a policy does less for a link that has fewer. */
const OPTIONAL_METHODS = [
  'outcomeRecorded',
  'transitioned',
  'acquireProbe',
  'probeEnded',
  'coolDownChanged',
  'rulesChanged',
  'budget',
  'instances',
  'fleet',
] as const satisfies readonly (keyof StoreLink)[];

/**
 * A store's link of which no failure reaches a call. It lacks the methods that the store's link lacks. The others take
 * no memory in it, since there is one for each key.
 */
export class SafeLink implements StoreLink {
  readonly state: KeyState;
  readonly #inner: StoreLink;
  readonly #attempt: Attempt;
  readonly #waits: ProbeWaits;

  constructor(inner: StoreLink, attempt: Attempt, waits: ProbeWaits) {
    this.state = inner.state;
    this.#inner = inner;
    this.#attempt = attempt;
    this.#waits = waits;
    for (const method of OPTIONAL_METHODS) {
      if (inner[method] === undefined) Object.defineProperty(this, method, { value: undefined });
    }
  }

  outcomeRecorded(evidence: HealthSample): void {
    this.#attempt('outcomeRecorded', () => this.#inner.outcomeRecorded?.(evidence));
  }

  transitioned(transition: Transition): void {
    this.#attempt('transitioned', () => this.#inner.transitioned?.(transition));
  }

  acquireProbe(leaseMs?: number): Promise<ProbeGrant | undefined> {
    const grant = this.#attempt('acquireProbe', () => this.#inner.acquireProbe?.(leaseMs));
    return this.#waits.inTime(Promise.resolve(grant), this.#inner);
  }

  probeEnded(token: string, end: ProbeEnd): void {
    this.#attempt('probeEnded', () => this.#inner.probeEnded?.(token, end));
  }

  coolDownChanged(remainingMs: number): void {
    this.#attempt('coolDownChanged', () => this.#inner.coolDownChanged?.(remainingMs));
  }

  rulesChanged(rules: BreakerRules | undefined): void {
    this.#attempt('rulesChanged', () => this.#inner.rulesChanged?.(rules));
  }

  budget(rules: BudgetRules): KeyBudget {
    const budget = this.#attempt('budget', () => this.#inner.budget?.(rules));
    return new SafeBudget(budget, rules, this.#attempt);
  }

  instances(nowMs: number): number {
    return atLeastOne(this.#attempt('instances', () => this.#inner.instances?.(nowMs)));
  }

  fleet(): FleetSnapshot {
    return this.#attempt('fleet', () => checkedFleet(this.#inner.fleet?.())) ?? ALONE;
  }

  detach(): void {
    this.#attempt('detach', () => this.#inner.detach());
  }
}

function atLeastOne(instances: unknown): number {
  return isAmount(instances) && instances >= 1 ? instances : 1;
}

const ALONE: FleetSnapshot = Object.freeze({ instances: 1 });

/** A fleet whose size or traffic is no number would make waits of its callers that are none either. */
function checkedFleet(fleet: FleetSnapshot | undefined): FleetSnapshot | undefined {
  const { instances, callsPerSecond = 0 } = fleet ?? ALONE;
  if (atLeastOne(instances) === instances && isAmount(callsPerSecond)) return fleet;
  throw new TypeError('fleet must return a number of instances >= 1, and calls per second >= 0 if they are known');
}
