import { TimeWindow } from '../window/window.js';

/** What the retries of a key may cost, relative to its calls. */
export interface BudgetRules {
  /** Retries per call, in 0..1 (0.2: one retry for five calls). */
  readonly ratio: number;
  /** Retries per second that are allowed however few calls there are. */
  readonly minRetriesPerSecond: number;
  readonly windowMs: number;
}

/**
 * A retry budget after Finagle's `RetryBudget`: each call deposits `ratio`, each retry withdraws 1, over a sliding window,
 * with a reserve of `minRetriesPerSecond`. Constant memory, no timers; time is an argument.
 */
export class RetryBudget {
  readonly windowMs: number;
  readonly #rules: BudgetRules;
  /** A withdrawal is noted as a failed entry; a deposit as one that is not. */
  readonly #ledger: TimeWindow;

  constructor(rules: BudgetRules) {
    this.windowMs = rules.windowMs;
    this.#rules = rules;
    this.#ledger = new TimeWindow(rules.windowMs);
  }

  /** A call has begun. */
  deposit(nowMs: number): void {
    this.#ledger.record(nowMs, false, false);
  }

  /** Takes one retry out of the budget; false, and nothing taken, where it holds less than one. */
  tryWithdraw(nowMs: number): boolean {
    if (this.available(nowMs) < 1) return false;
    this.#ledger.record(nowMs, true, false);
    return true;
  }

  /** How many retries the budget holds; may lie below one, never below zero. */
  available(nowMs: number): number {
    this.#ledger.expire(nowMs);
    const withdrawn = this.#ledger.failures;
    const deposited = this.#ledger.calls - withdrawn;
    const reserve = (this.#rules.minRetriesPerSecond * this.#rules.windowMs) / 1_000;
    // Ratios such as 0.2 are not exact in binary: 5 * 0.2 must buy one retry.
    return Math.max(0, Math.round((deposited * this.#rules.ratio + reserve - withdrawn) * 1e9) / 1e9);
  }
}
