import type { ClientModel } from '../client/client-model.js';
import type { Behaviour } from '../server/behaviour.js';

/** Servers, the clients that call them, and what happens to both over time: plain data. */
export interface Scenario {
  readonly name?: string | undefined;
  /** What happens, in a sentence. */
  readonly about?: string | undefined;
  /** What each server is like on a good day. @default one, called `server` */
  readonly servers?: Readonly<Record<string, Behaviour>> | undefined;
  readonly clients: Readonly<Record<string, ClientModel>>;
  /** One after the other. */
  readonly phases: readonly Phase[];
}

/** A stretch of time. */
export interface Phase {
  /** Phases of the same name share their figures. */
  readonly name: string;
  readonly ms: number;
  /** What is different about servers meanwhile. */
  readonly servers?: Readonly<Record<string, Behaviour>> | undefined;
  /** The traffic of clients meanwhile, if it is not their own. An empty list is no traffic. */
  readonly traffic?: Readonly<Record<string, ClientModel['traffic']>> | undefined;
}

/** How long the phases take together, in ms. */
export function durationMs({ phases }: Scenario): number {
  return phases.reduce((sum, { ms }) => sum + ms, 0);
}

/** When the first phase of a name begins, in ms from the beginning; undefined if there is none. */
export function phaseStartMs({ phases }: Scenario, name: string): number | undefined {
  let startMs = 0;
  for (const phase of phases) {
    if (phase.name === name) return startMs;
    startMs += phase.ms;
  }
  return undefined;
}
