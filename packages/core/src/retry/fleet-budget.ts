import { type BudgetCounts, type BudgetRules, type KeyBudget, RetryBudget, reserveOf, retriesLeft } from './budget.js';

/** Counts that the instances of a fleet exchange. */
export interface FleetBudgetCounts extends BudgetCounts {
  /** Retries that the budget refused. */
  readonly refused: number;
}

/** Latest known counts of a fleet in the window. */
export interface FleetBudgetView {
  /** Counts of the other instances. */
  readonly rest: BudgetCounts;
  /** Retries that all instances refused, including this one. */
  readonly refused: number;
  /** Number of instances that have the key in use. */
  readonly instances: number;
  /** Longest time until the next view, in ms. */
  readonly nextMs: number;
}

/** Views for which the rest of the budget is to last. One alone would be spent before the next view shows it. */
const VIEWS_TO_LAST = 2;

/**
 * A retry budget that the instances of a fleet share. It is judged by the counts of all of them, and nothing waits for
 * a network: each view of the fleet brings a batch of retries for the time until the next one.
 *
 * A batch is twice the instance's equal share of what the fleet has left, and at least one retry. If the fleet wants
 * more than is left, each retry is allowed by chance, so that all together spend what is left: otherwise an instance
 * with few calls would never save up a whole retry. Without a view, an instance uses its own calls and its share of the
 * reserve.
 */
export class FleetBudget implements KeyBudget {
  readonly #rules: BudgetRules;
  readonly #random: () => number;
  readonly #own: RetryBudget;
  /** Undefined if there are none. */
  #unsent: Unsent | undefined;
  #view: FleetBudgetView | undefined;
  /** Kept while there is no view, since fleets seldom change their size. */
  #instances = 1;
  #batch = 0;
  #chance = 1;

  constructor(rules: BudgetRules, random: () => number) {
    this.#rules = rules;
    this.#random = random;
    this.#own = new RetryBudget(rules);
  }

  get windowMs(): number {
    return this.#rules.windowMs;
  }

  began(nowMs: number): void {
    this.#own.began(nowMs);
    this.#news.began += 1;
  }

  answered(nowMs: number): void {
    this.#own.answered(nowMs);
    this.#news.answered += 1;
  }

  tryWithdraw(nowMs: number): boolean {
    const isAllowed = this.available(nowMs) >= 1 && this.#isInBatch();
    if (isAllowed) {
      this.#own.withdrew(nowMs);
      this.#news.withdrawn += 1;
    } else {
      this.#news.refused += 1;
    }
    return isAllowed;
  }

  available(nowMs: number): number {
    const reserve = reserveOf(this.#rules);
    const own = this.#own.counts(nowMs);
    if (this.#view === undefined) return retriesLeft(this.#rules.ratio, reserve / this.#instances, own);
    const { rest } = this.#view;
    return retriesLeft(this.#rules.ratio, reserve, {
      began: own.began + rest.began,
      answered: own.answered + rest.answered,
      withdrawn: own.withdrawn + rest.withdrawn,
    });
  }

  /** Calls per second that all instances have begun in the window; undefined without a view of them. */
  callsPerSecond(nowMs: number): number | undefined {
    if (this.#view === undefined) return undefined;
    return (1_000 * (this.#own.counts(nowMs).began + this.#view.rest.began)) / this.windowMs;
  }

  /** Returns the counts that the others do not know yet, and marks them as sent. */
  takeUnsent(): FleetBudgetCounts {
    const taken = this.#unsent ?? NO_NEWS;
    this.#unsent = undefined;
    return taken;
  }

  /** Takes over the fleet's counts and a new batch of retries; undefined if the fleet cannot be reached. */
  viewed(view: FleetBudgetView | undefined, nowMs: number): void {
    this.#view = view;
    if (view === undefined) return;
    const { instances, nextMs, refused, rest } = view;
    this.#instances = instances;
    const left = this.available(nowMs);
    const own = this.#own.counts(nowMs);
    const wanted = (own.withdrawn + rest.withdrawn + refused) * ((VIEWS_TO_LAST * nextMs) / this.windowMs);
    this.#batch = Math.max(1, (2 * left) / instances);
    this.#chance = wanted > left ? left / wanted : 1;
  }

  get #news(): Unsent {
    this.#unsent ??= { ...NO_NEWS };
    return this.#unsent;
  }

  /** Tells if the batch decides. An instance that is alone uses its own ledger, which is always current. */
  #isInBatch(): boolean {
    if (this.#view === undefined || this.#instances <= 1) return true;
    if (this.#batch < 1 || (this.#chance < 1 && this.#random() >= this.#chance)) return false;
    this.#batch -= 1;
    return true;
  }
}

type Unsent = { -readonly [Name in keyof FleetBudgetCounts]: number };

const NO_NEWS: FleetBudgetCounts = Object.freeze({ began: 0, answered: 0, withdrawn: 0, refused: 0 });
