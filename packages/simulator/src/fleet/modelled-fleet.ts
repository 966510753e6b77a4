import { type BreakerStore, type Clock, memoryStore } from '@breakwater/core';
import {
  type BudgetRules,
  FleetBudget,
  type FleetSnapshot,
  type KeyBudget,
  type StoreLink,
} from '@breakwater/core/store';
import { type ModelledKey, modelledKeys } from './modelled-key.js';

/** Pace of a modelled store, by default that of `@breakwater/redis`. */
export interface FleetPace {
  /** Least time between two reports of a process about a key that needs retries, in ms. @default 250 */
  readonly syncMs?: number | undefined;
  /** Least time between two reports if all is well, in ms. @default 1_000 */
  readonly pollMs?: number | undefined;
  /** Duration of a message to the store, or of one back, in ms. @default 1 */
  readonly delayMs?: number | undefined;
}

/** Processes that share their budgets, limits and cool-downs through a modelled store. */
export interface ModelledFleet {
  /** Returns the store of one more process. */
  join(clock: Clock, random: () => number): BreakerStore;
}

/**
 * Makes a fleet on the virtual clock of a simulation. Processes decide at once by what they know, and exchange their
 * counts at the pace of a real store. Each process has breakers of its own.
 */
export function modelledFleet(pace: FleetPace = {}): ModelledFleet {
  const { syncMs = 250, pollMs = 1_000, delayMs = 1 } = pace;
  const keys = modelledKeys();
  return {
    join(clock, random) {
      const own = memoryStore();
      return {
        attach(id, watcher, context) {
          const link = own.attach(id, watcher, context);
          const key = keys(id);
          const member = new Member(key, clock, random, { syncMs, pollMs, delayMs });
          const undo = key.joined(link.state.coolDown);
          return {
            state: link.state,
            budget: (rules) => member.budget(rules),
            instances: () => member.instances(),
            fleet: () => member.fleet(),
            coolDownChanged: (remainingMs) => {
              const untilMs = clock.now() + remainingMs;
              const tell = (): void => key.coolDown(untilMs - clock.now(), clock.now(), link.state.coolDown);
              clock.schedule(() => clock.schedule(tell, delayMs), delayMs);
            },
            detach() {
              undo();
              link.detach();
            },
          } satisfies StoreLink;
        },
      };
    },
  };
}

type MemberPace = { readonly [K in keyof FleetPace]-?: number };

/** One process's part of a key. */
class Member {
  readonly #key: ModelledKey;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #pace: MemberPace;
  #budget: FleetBudget | undefined;
  #instances = 1;
  #syncedMs = Number.NEGATIVE_INFINITY;
  #dueMs = Number.POSITIVE_INFINITY;
  #cancel = (): void => {};

  constructor(key: ModelledKey, clock: Clock, random: () => number, pace: MemberPace) {
    this.#key = key;
    this.#clock = clock;
    this.#random = random;
    this.#pace = pace;
  }

  budget(rules: BudgetRules): KeyBudget {
    const budget = new FleetBudget(rules, this.#random);
    this.#budget = budget;
    return {
      windowMs: rules.windowMs,
      began: (nowMs) => {
        budget.began(nowMs);
        this.#wake(this.#pace.pollMs);
      },
      answered: (nowMs) => budget.answered(nowMs),
      tryWithdraw: (nowMs) => {
        this.#wake(this.#pace.syncMs);
        return budget.tryWithdraw(nowMs);
      },
      available: (nowMs) => budget.available(nowMs),
    };
  }

  fleet(): FleetSnapshot {
    return { instances: this.instances(), callsPerSecond: this.#budget?.callsPerSecond(this.#clock.now()) };
  }

  instances(): number {
    this.#wake(this.#pace.pollMs);
    return this.#instances;
  }

  #wake(everyMs: number): void {
    const nowMs = this.#clock.now();
    const dueMs = Math.max(nowMs, this.#syncedMs + everyMs);
    if (dueMs >= this.#dueMs) return;
    this.#cancel();
    this.#dueMs = dueMs;
    const timer = this.#clock.schedule(() => this.#sync(), dueMs - nowMs);
    this.#cancel = () => timer.cancel();
  }

  #sync(): void {
    const { delayMs, pollMs } = this.#pace;
    this.#syncedMs = this.#clock.now();
    this.#dueMs = Number.POSITIVE_INFINITY;
    const budget = this.#budget;
    const counts = budget?.takeUnsent();
    this.#clock.schedule(() => {
      const view = this.#key.report(this, counts, budget?.windowMs ?? 0, this.#clock.now());
      this.#clock.schedule(() => {
        this.#instances = view.instances;
        budget?.viewed({ ...view, nextMs: pollMs }, this.#clock.now());
      }, delayMs);
    }, delayMs);
  }
}
