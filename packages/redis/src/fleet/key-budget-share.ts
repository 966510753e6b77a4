import type { BudgetRules, FleetBudgetCounts } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import { BudgetShare } from './budget-share.js';
import type { FleetLink } from './fleet-link.js';
import { budgetName } from './window-name.js';

/** Counts that the fleet does not know yet, and the budget that has made them. */
export interface BudgetNews {
  readonly share: BudgetShare;
  readonly spent: FleetBudgetCounts;
}

/** The part of a key's link that shares the key's budget, if it has one. */
export class KeyBudgetShare {
  readonly #link: FleetLink;
  #share: BudgetShare | undefined;

  constructor(link: FleetLink) {
    this.#link = link;
  }

  /** Calls of the fleet in a second; undefined if they are not known. */
  get callsPerSecond(): number | undefined {
    return this.#share?.callsPerSecond(this.#nowMs);
  }

  /** Returns the budget by these rules. One by earlier rules is shared no more. */
  by(rules: BudgetRules): BudgetShare {
    if (this.#share?.name === budgetName(rules)) return this.#share;
    this.cutOff();
    this.#share = new BudgetShare(rules, this.#link.context.random, (urgent) => this.#link.noteCall(urgent));
    return this.#share;
  }

  /** Takes out what the fleet does not know yet. */
  take(): BudgetNews | undefined {
    const share = this.#share;
    return share && { share, spent: share.take() };
  }

  /** Forgets what the fleet does not know yet. */
  dropUnsent(): void {
    this.#share?.take();
  }

  viewed({ share, spent }: BudgetNews, view: FleetView): void {
    share.viewed(view, spent, this.#link.host.settings.pollMs, this.#nowMs);
  }

  cutOff(): void {
    this.#share?.cutOff(this.#nowMs);
  }

  get #nowMs(): number {
    return this.#link.context.clock.now();
  }
}

/** Returns the arguments of a round trip for the budget's news. */
export function budgetArguments(news: BudgetNews | undefined): readonly (string | number)[] {
  if (news === undefined) return ['-', 0, 0, 0, 0];
  const { share, spent } = news;
  return [share.name, spent.began, spent.answered, spent.withdrawn, spent.refused];
}
