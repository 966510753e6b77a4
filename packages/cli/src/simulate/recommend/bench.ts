import type { PolicyOptions } from '@breakwater/core';
import { meanOutcome, type Outcome } from '../outcome.js';
import type { NamedScenario } from '../scenario-source.js';
import type { Players } from '../threads/players.js';

/** The outcomes of one policy: a list by seeds for each scenario. */
export type Trial = readonly (readonly Outcome[])[];

/** Plays policies in all scenarios. A policy is played once with each seed, even if it is requested again. */
export class Bench {
  readonly scenarios: readonly NamedScenario[];
  readonly #players: Players;
  readonly #known = new WeakMap<PolicyOptions, Map<string, Outcome>>();

  constructor(scenarios: readonly NamedScenario[], players: Players) {
    this.scenarios = scenarios;
    this.#players = players;
  }

  async trial(policy: PolicyOptions, seeds: readonly number[]): Promise<Trial> {
    return (await this.trials([policy], seeds))[0] ?? [];
  }

  /** @param onBegin - receives the number of runs that have begun, and the total */
  async trials(
    policies: readonly PolicyOptions[],
    seeds: readonly number[],
    onBegin: (begun: number, all: number) => void = () => {},
  ): Promise<readonly Trial[]> {
    const tasks = policies.flatMap((policy) =>
      this.scenarios.flatMap(({ scenario }, index) =>
        seeds
          .map((seed) => ({ policy, scenario, seed, name: `${index} ${seed}` }))
          .filter(({ name }) => this.#of(policy).has(name) === false),
      ),
    );
    const outcomes = await this.#players.play(tasks, (index) => onBegin(index + 1, tasks.length));
    for (const [index, outcome] of outcomes.entries()) {
      const task = tasks[index];
      // The timeline is not needed, and would be kept for each run.
      if (task !== undefined)
        this.#of(task.policy).set(task.name, { ...outcome, series: NO_SERIES, phases: [], clients: [] });
    }
    return policies.map((policy) =>
      this.scenarios.map((_, index) => seeds.flatMap((seed) => this.#of(policy).get(`${index} ${seed}`) ?? [])),
    );
  }

  #of(policy: PolicyOptions): Map<string, Outcome> {
    const known = this.#known.get(policy) ?? new Map<string, Outcome>();
    this.#known.set(policy, known);
    return known;
  }
}

/** Returns the means of a trial, one for each scenario. */
export function meansOf(trial: Trial): readonly Outcome[] {
  return trial.map(meanOutcome);
}

const NO_SERIES = { columnMs: 0, calls: [], answered: [], refused: [], attempts: [] } as const;
