import { type BudgetRules, FleetBudget, type FleetBudgetCounts } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import type { FleetLink } from './fleet-link.js';
import { SentSlices } from './sent-slices.js';
import { budgetName } from './window-name.js';

/** This process's part of the budget that a fleet shares, and what the others have spent of it. */
export class BudgetShare extends FleetBudget {
  /** Name of the budget in Redis: processes with other rules have another one. */
  readonly name: string;
  readonly #link: FleetLink;
  readonly #sent = new SentSlices();

  constructor(rules: BudgetRules, link: FleetLink) {
    super(rules, link.context.random);
    this.name = budgetName(rules);
    this.#link = link;
  }

  /** Counts a call that has begun, and makes sure that the fleet is asked soon. */
  override began(nowMs: number): void {
    super.began(nowMs);
    this.#link.noteCall(false);
  }

  /** Takes one retry, and makes sure that the fleet is asked sooner, since retries are wanted. */
  override tryWithdraw(nowMs: number): boolean {
    this.#link.noteCall(true);
    return super.tryWithdraw(nowMs);
  }

  /** Takes over the fleet's counts, to which what was taken has been added. */
  synced({ budget, instances }: FleetView, taken: FleetBudgetCounts): void {
    const { context, host } = this.#link;
    const { slice, sums } = budget;
    this.#sent.sent(slice, [taken.began, taken.answered, taken.withdrawn]);
    const [began = 0, answered = 0, withdrawn = 0] = this.#sent.rest(slice, sums);
    const nextMs = host.settings.pollMs;
    this.viewed(
      { rest: { began, answered, withdrawn }, refused: sums[3] ?? 0, instances, nextMs },
      context.clock.now(),
    );
  }

  /** The fleet cannot be reached, or is not asked any more: the process goes by its own calls. */
  cutOff(): void {
    this.viewed(undefined, this.#link.context.clock.now());
  }
}

/** Returns the arguments of a round trip for the counts of a budget, if there is one. */
export function budgetArguments(
  share: BudgetShare | undefined,
  taken: FleetBudgetCounts | undefined,
): readonly (string | number)[] {
  if (share === undefined || taken === undefined) return ['-', 0, 0, 0, 0];
  return [share.name, taken.began, taken.answered, taken.withdrawn, taken.refused];
}
