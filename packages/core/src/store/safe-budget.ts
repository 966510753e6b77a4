import { type BudgetRules, type KeyBudget, RetryBudget } from '../retry/budget.js';

/** Runs a method of a store's budget, and returns undefined if it fails. */
type Attempt = <T>(method: keyof KeyBudget, action: () => T) => T | undefined;

/**
 * A store's budget whose failures reach no call: from the first failure on, the key uses a budget of its own instead.
 */
export class SafeBudget implements KeyBudget {
  readonly #inner: KeyBudget | undefined;
  readonly #rules: BudgetRules;
  readonly #attempt: Attempt;
  #own: RetryBudget | undefined;

  /** `inner` is undefined if the store has failed to make one. */
  constructor(inner: KeyBudget | undefined, rules: BudgetRules, attempt: Attempt) {
    this.#inner = inner;
    this.#rules = rules;
    this.#attempt = attempt;
    if (inner === undefined) this.#own = new RetryBudget(rules);
  }

  /** The store's budget. */
  get inner(): KeyBudget | undefined {
    return this.#inner;
  }

  get windowMs(): number {
    return this.#rules.windowMs;
  }

  began(nowMs: number): void {
    this.#own?.began(nowMs);
    this.#ask('began', (inner) => inner.began(nowMs));
  }

  answered(nowMs: number): void {
    this.#own?.answered(nowMs);
    this.#ask('answered', (inner) => inner.answered(nowMs));
  }

  tryWithdraw(nowMs: number): boolean {
    const allowed: unknown = this.#ask('tryWithdraw', (inner) => inner.tryWithdraw(nowMs));
    return typeof allowed === 'boolean' ? allowed : this.#fallback.tryWithdraw(nowMs);
  }

  available(nowMs: number): number {
    const held: unknown = this.#ask('available', (inner) => inner.available(nowMs));
    return typeof held === 'number' && held >= 0 ? held : this.#fallback.available(nowMs);
  }

  #ask<T>(method: keyof KeyBudget, question: (inner: KeyBudget) => T): T | undefined {
    const inner = this.#inner;
    return inner && this.#attempt(method, () => question(inner));
  }

  get #fallback(): RetryBudget {
    this.#own ??= new RetryBudget(this.#rules);
    return this.#own;
  }
}
