import type { WindowCounts } from '@breakwater/core/algorithms';
import { adoptFleetCounts, announce, type HealthSample, type Transition, tripIfDue } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import type { FleetLink } from './fleet-link.js';
import { OutcomePool } from './outcome-pool.js';
import { NO_WINDOW, windowName } from './window-name.js';

/** The part of a key's link that pools outcomes with the fleet, and tests the rules on what the fleet has seen. */
export class FleetEvidence {
  /** The place in Redis where outcomes are pooled. */
  window: string;
  /** The time of the last failure here. */
  failedMs = Number.NEGATIVE_INFINITY;
  readonly #link: FleetLink;
  readonly #ledger = new OutcomePool();

  constructor(link: FleetLink) {
    this.#link = link;
    this.window = windowName(link.context, link.host.settings);
  }

  /** Counts an outcome. */
  record({ failed, slow }: HealthSample): void {
    if (failed || slow) this.failedMs = this.#link.host.background.now();
    if (this.window !== NO_WINDOW && this.#link.state.breaker.phase === 'closed') this.#ledger.add(failed, slow);
  }

  /**
   * Pools elsewhere from now on, if the window has another kind or length. Outcomes in the old window stay there.
   */
  rulesChanged(): void {
    const window = windowName(this.#link.context, this.#link.host.settings);
    if (window === this.window) return;
    this.window = window;
    this.clear();
    this.dropCounts();
  }

  /** Forgets the outcomes of this process. */
  clear(): void {
    this.#ledger.clear();
  }

  /** Drops the counts of the others, which are out of date. */
  dropCounts(): void {
    adoptFleetCounts(this.#link.state.breaker, undefined);
  }

  /** Returns the outcomes that the fleet does not know yet. */
  take(): WindowCounts {
    return this.#ledger.take();
  }

  /** Records that the fleet knows them. */
  sent(slice: number, taken: WindowCounts): void {
    this.#ledger.sent(slice, taken);
  }

  /** Tests the rules, once enough of the fleet has seen failures. Returns the transition that they cause, if any. */
  judge(view: FleetView): Transition | undefined {
    const { context, state } = this.#link;
    const { rules, clock, random } = context;
    const { breaker } = state;
    if (rules === undefined || breaker.phase !== 'closed') return undefined;
    const rest = this.#ledger.rest(view);
    const pooled = rest.calls > 0 && (view.failing >= view.needed || rest.failures + rest.slow === 0);
    adoptFleetCounts(breaker, pooled ? { ...rest, failingInstances: view.failing } : undefined);
    const transition = tripIfDue(breaker, rules, breaker.cause, clock.now(), random);
    if (transition !== undefined) announce(state, transition);
    return transition;
  }
}
