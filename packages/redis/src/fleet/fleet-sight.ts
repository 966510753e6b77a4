import type { FleetSnapshot } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import { instanceNameIn } from '../commands/instance-name.js';
import { idOf } from '../commands/key-layout.js';
import type { FleetLink } from './fleet-link.js';

/** Length of the stretches in which the instances are counted: `STRETCH_MS` of the scripts. */
export const STRETCH_MS = 10_000;

/** The fleet as it was seen last: its size, who opened the circuit, and if its rules differ. */
export class FleetSight {
  /** The stretch in which this process was counted last. */
  countedIn = 0;
  /** Number of instances that had the key in use. */
  size = 1;
  readonly #link: FleetLink;
  /** The time of the last answer; undefined before the first. */
  #atMs: number | undefined;
  /** Generation of the last answer, and the instances that opened its circuit. */
  #generation = 0;
  #openedBy: readonly string[] = NOBODY;
  #rulesDiffer = false;

  constructor(link: FleetLink) {
    this.#link = link;
  }

  /** Stretches for which the process has to be counted, since it may not be heard of for so long. */
  get stretchesPerPoll(): number {
    return Math.max(1, this.#link.host.settings.pollMs / STRETCH_MS);
  }

  saw({ instances, generation, openedBy }: FleetView): void {
    this.size = instances;
    // A whole number takes no memory of its own.
    this.#atMs = Math.floor(this.#link.host.background.now());
    this.#generation = generation;
    this.#openedBy = openedBy.length > 0 ? openedBy : NOBODY;
  }

  /** Tells listeners if the instances began or ceased to judge by different rules. */
  noteRules({ ruleSets }: FleetView): void {
    const differ = ruleSets > 1;
    if (ruleSets === 0 || differ === this.#rulesDiffer) return;
    this.#rulesDiffer = differ;
    const { host, name } = this.#link;
    host.health.rules(idOf(name), differ);
  }

  /** `generation`: the one that this process follows. `isAlone`: the circuit is open for this process alone. */
  snapshot(generation: number, callsPerSecond: number | undefined, isAlone: boolean): FleetSnapshot {
    const { background, instance } = this.#link.host;
    const own = isAlone ? [instanceNameIn(instance)] : undefined;
    if (this.#atMs === undefined) return { instances: 1, openedBy: own };
    const isKnown = this.#generation === generation && this.#openedBy.length > 0;
    return {
      instances: this.size,
      callsPerSecond,
      sinceSyncMs: Math.round(background.now() - this.#atMs),
      openedBy: own ?? (isKnown ? this.#openedBy : undefined),
    };
  }
}

const NOBODY: readonly string[] = Object.freeze([]);
