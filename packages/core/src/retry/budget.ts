import { SlicedWindow } from '../window/window.js';

/** Rules for what the retries of a key may cost, relative to its calls. */
export interface BudgetRules {
  /** Retries per call, in 0..1 (0.2: one retry for five calls), as long as at least half of the calls are answered. */
  readonly ratio: number;
  /** Retries per second that are allowed however few calls there are. */
  readonly minRetriesPerSecond: number;
  readonly windowMs: number;
}

/** A key's budget, which may be shared. None of its methods waits. */
export interface KeyBudget {
  readonly windowMs: number;
  /** Counts a call that has begun. */
  began(nowMs: number): void;
  /** Counts a call that has been answered. */
  answered(nowMs: number): void;
  /** Takes one retry out of the budget. Returns false, and takes nothing, if it holds less than one. */
  tryWithdraw(nowMs: number): boolean;
  /** Retries that the budget holds; may lie below one, never below zero. */
  available(nowMs: number): number;
}

/** Counts by which a budget is judged: calls that have begun, calls that were answered, and retries, in one window. */
export interface BudgetCounts {
  readonly began: number;
  readonly answered: number;
  readonly withdrawn: number;
}

/** Calls that one answer pays for: half of the calls may fail before retries become fewer. */
const ANSWER_PAYS_FOR = 2;

/** Returns the retries that a budget holds. `reserve`: retries of one window that exist without calls. */
export function retriesLeft(ratio: number, reserve: number, { began, answered, withdrawn }: BudgetCounts): number {
  const unpaid = Math.max(0, reserve - began * ratio);
  const paying = Math.min(began, ANSWER_PAYS_FOR * answered);
  // Ratios such as 0.2 are not exact in binary: 5 * 0.2 must buy one retry.
  return Math.max(0, Math.round((paying * ratio + unpaid - withdrawn) * 1e9) / 1e9);
}

/** Returns the retries of one window that need no calls. */
export function reserveOf({ minRetriesPerSecond, windowMs }: BudgetRules): number {
  return (minRetriesPerSecond * windowMs) / 1_000;
}

/**
 * A retry budget after Finagle's `RetryBudget`: each call deposits `ratio`, each retry withdraws 1, over a sliding
 * window. If fewer than half of the calls are answered, each answer deposits twice `ratio` instead: a server that
 * answers no call gets no retries, and can catch up.
 *
 * If the calls of a key would pay for less than `minRetriesPerSecond` even if all were answered, it gets the difference
 * as a reserve. Constant memory, no timers; time is an argument.
 *
 * The budget is its own ledger, since there is one for each key. It stores a retry as a failed entry, an answer as a
 * slow one, and the beginning of a call as neither.
 */
export class RetryBudget extends SlicedWindow implements KeyBudget {
  readonly #rules: BudgetRules;

  constructor(rules: BudgetRules) {
    super();
    this.#rules = rules;
  }

  get windowMs(): number {
    return this.#rules.windowMs;
  }

  protected override get ms(): number {
    return this.#rules.windowMs;
  }

  /** Counts a call that has begun. */
  began(nowMs: number): void {
    this.record(nowMs, false, false);
  }

  /** Counts a call that has been answered. */
  answered(nowMs: number): void {
    this.record(nowMs, false, true);
  }

  /** Takes one retry out of the budget. Returns false, and takes nothing, if it holds less than one. */
  tryWithdraw(nowMs: number): boolean {
    if (this.available(nowMs) < 1) return false;
    this.record(nowMs, true, false);
    return true;
  }

  /** Retries that the budget holds; may lie below one, never below zero. */
  available(nowMs: number): number {
    return retriesLeft(this.#rules.ratio, reserveOf(this.#rules), this.counts(nowMs));
  }

  /** Records a retry that another budget has allowed. */
  withdrew(nowMs: number): void {
    this.record(nowMs, true, false);
  }

  /** Returns the counts of the window. */
  counts(nowMs: number): BudgetCounts {
    this.expire(nowMs);
    const { calls, failures: withdrawn, slow: answered } = this;
    return { began: calls - withdrawn - answered, answered, withdrawn };
  }

  /** Tells if the budget has these rules. */
  isBy({ ratio, minRetriesPerSecond, windowMs }: BudgetRules): boolean {
    const own = this.#rules;
    return own.ratio === ratio && own.minRetriesPerSecond === minRetriesPerSecond && own.windowMs === windowMs;
  }
}
