import type { WindowCounts } from '@breakwater/core/algorithms';
import {
  adoptFleetCounts,
  announce,
  countsOf,
  type FleetCounts,
  type HealthSample,
  seesOutage,
  type Transition,
  tripIfDue,
} from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import type { FleetLink } from './fleet-link.js';
import { OutcomePool } from './outcome-pool.js';
import { NO_WINDOW, windowName } from './window-name.js';

/** The part of a key's link that pools outcomes with the fleet, and tests the rules on what the fleet has seen. */
export class FleetEvidence {
  /** The place in Redis where outcomes are pooled. */
  window: string;
  readonly #link: FleetLink;
  readonly #ledger = new OutcomePool();
  /** Outcomes of the others by which the rules were tested last. */
  #rest: WindowCounts = NO_COUNTS;

  constructor(link: FleetLink) {
    this.#link = link;
    this.window = windowName(link.context, link.host.settings);
  }

  /** Counts an outcome. */
  record({ failed, slow }: HealthSample): void {
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

  /** Forgets the outcomes that the fleet does not know yet. */
  dropUnsent(): void {
    this.#ledger.take();
  }

  /** Drops the counts of the others, which are out of date. */
  dropCounts(): void {
    this.#adopt(undefined);
  }

  /**
   * Tells for how long this process counts as served by the outcomes that are being sent, in ms. 0: it sees the server
   * fail; `-`: they show neither.
   */
  servedForMs({ calls, failures, slow }: WindowCounts): number | '-' {
    const { context, state } = this.#link;
    const { breaker } = state;
    if (context.rules === undefined || breaker.phase !== 'closed') return '-';
    const own = minus(countsOf(breaker, context.clock.now()), breaker.fleet ?? NO_COUNTS);
    if (seesOutage(context.rules, own, breaker.runLength)) return failures + slow > 0 ? 0 : '-';
    return calls > failures ? SERVED_POLLS * this.#link.host.settings.pollMs : '-';
  }

  /** Tells if this process saw the server fail when its circuit opened: by a run of its own, a probe, or its part. */
  hasSeenOutage({ why, counts }: Transition): boolean {
    if (why === 'consecutive-failures' || why === 'probe-failed') return true;
    const { rules } = this.#link.context;
    return rules !== undefined && seesOutage(rules, minus(counts, this.#rest), 0);
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
    this.#adopt(pooled ? { ...rest, failingInstances: view.failing } : undefined);
    const transition = tripIfDue(breaker, rules, breaker.cause, clock.now(), random);
    if (transition !== undefined) announce(state, transition);
    return transition;
  }

  #adopt(rest: FleetCounts | undefined): void {
    this.#rest = rest ?? NO_COUNTS;
    adoptFleetCounts(this.#link.state.breaker, rest);
  }
}

/** Polls for which an answer counts as news. One that is late must not make a process that is served fall silent. */
const SERVED_POLLS = 3;
const NO_COUNTS: WindowCounts = Object.freeze({ calls: 0, failures: 0, slow: 0 });

function minus(one: WindowCounts, other: WindowCounts): WindowCounts {
  return { calls: one.calls - other.calls, failures: one.failures - other.failures, slow: one.slow - other.slow };
}
