import type { ClientModel } from '../client/client-model.js';
import type { Behaviour } from '../server/behaviour.js';

/** Servers, the clients that call them, and what happens to both over time: plain data. */
export interface Scenario {
  readonly name?: string | undefined;
  /** Description in one sentence. */
  readonly about?: string | undefined;
  /**
   * Behaviour of each server on a normal day.
   *
   * @default one, called `server`
   */
  readonly servers?: Readonly<Record<string, Behaviour>> | undefined;
  readonly clients: Readonly<Record<string, ClientModel>>;
  /**
   * The processes of an application share breakers, budgets and cool-downs, as through a store without delay.
   *
   * @default false
   */
  readonly sharedStore?: boolean | undefined;
  /** The phases, one after the other. */
  readonly phases: readonly Phase[];
}

/** A stretch of time. */
export interface Phase {
  /** Phases of the same name share their figures. */
  readonly name: string;
  readonly ms: number;
  /** Change in the servers' behaviour during the phase. */
  readonly servers?: Readonly<Record<string, Behaviour>> | undefined;
  /** Traffic of clients during the phase, in place of their own. An empty list means no traffic. */
  readonly traffic?: Readonly<Record<string, ClientModel['traffic']>> | undefined;
}

/** Returns the total duration of all phases, in ms. */
export function durationMs({ phases }: Scenario): number {
  return phases.reduce((sum, { ms }) => sum + ms, 0);
}

/** Returns the start of the first phase of a name, in ms from the beginning; undefined if there is none. */
export function phaseStartMs({ phases }: Scenario, name: string): number | undefined {
  let startMs = 0;
  for (const phase of phases) {
    if (phase.name === name) return startMs;
    startMs += phase.ms;
  }
  return undefined;
}
