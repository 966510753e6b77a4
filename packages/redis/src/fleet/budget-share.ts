import { type BudgetRules, FleetBudget, type FleetBudgetCounts, type KeyBudget } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import { SentSlices } from './sent-slices.js';
import { budgetName } from './window-name.js';

/** This process's part of the budget that a fleet shares, and what the others have spent of it. */
export class BudgetShare implements KeyBudget {
  /** Name of the budget in Redis: processes with other rules have another one. */
  readonly name: string;
  readonly #budget: FleetBudget;
  readonly #sent = new SentSlices();
  readonly #noteCall: (urgent: boolean) => void;

  /** `noteCall` makes sure that the fleet is asked soon, and sooner if retries are wanted. */
  constructor(rules: BudgetRules, random: () => number, noteCall: (urgent: boolean) => void) {
    this.name = budgetName(rules);
    this.#budget = new FleetBudget(rules, random);
    this.#noteCall = noteCall;
  }

  get windowMs(): number {
    return this.#budget.windowMs;
  }

  began(nowMs: number): void {
    this.#budget.began(nowMs);
    this.#noteCall(false);
  }

  answered(nowMs: number): void {
    this.#budget.answered(nowMs);
  }

  tryWithdraw(nowMs: number): boolean {
    this.#noteCall(true);
    return this.#budget.tryWithdraw(nowMs);
  }

  available(nowMs: number): number {
    return this.#budget.available(nowMs);
  }

  /** Calls of the fleet in a second; undefined if they are not known. */
  callsPerSecond(nowMs: number): number | undefined {
    return this.#budget.callsPerSecond(nowMs);
  }

  /** Takes out what has not been sent. It counts as lost until `viewed` confirms it. */
  take(): FleetBudgetCounts {
    return this.#budget.takeUnsent();
  }

  /**
   * Takes over the fleet's counts, to which what was taken has been added. `nextMs`: longest time until the next view.
   */
  viewed({ budget, instances }: FleetView, taken: FleetBudgetCounts, nextMs: number, nowMs: number): void {
    const { slice, sums } = budget;
    this.#sent.sent(slice, [taken.began, taken.answered, taken.withdrawn]);
    const [began = 0, answered = 0, withdrawn = 0] = this.#sent.rest(slice, sums);
    this.#budget.viewed({ rest: { began, answered, withdrawn }, refused: sums[3] ?? 0, instances, nextMs }, nowMs);
  }

  /** The fleet cannot be reached, or is not asked any more: the process goes by its own calls. */
  cutOff(nowMs: number): void {
    this.#budget.viewed(undefined, nowMs);
  }
}
