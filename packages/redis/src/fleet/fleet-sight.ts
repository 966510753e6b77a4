import type { FleetSnapshot, StoreId } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import { instanceNameIn } from '../commands/instance-name.js';
import type { FleetBreakerHost } from './fleet-link.js';

/** Length of the stretches in which the instances are counted: `STRETCH_MS` of the scripts. */
const STRETCH_MS = 10_000;

/** The fleet as it was seen last: its size, who opened the circuit, and if its rules differ. */
export class FleetSight {
  /** The stretch in which this process was counted last. */
  countedIn = 0;
  readonly #host: FleetBreakerHost;
  readonly #id: StoreId;
  /** The last answer, and when it came. */
  #last: { readonly view: FleetView; readonly atMs: number } | undefined;
  #rulesDiffer = false;

  constructor(host: FleetBreakerHost, id: StoreId) {
    this.#host = host;
    this.#id = id;
  }

  /** Number of instances that had the key in use. */
  get size(): number {
    return this.#last?.view.instances ?? 1;
  }

  /** Stretches for which the process has to be counted, since it may not be heard of for so long. */
  get stretchesPerPoll(): number {
    return Math.max(1, this.#host.settings.pollMs / STRETCH_MS);
  }

  saw(view: FleetView): void {
    this.#last = { view, atMs: this.#host.background.now() };
  }

  /** Tells listeners if the instances began or ceased to judge by different rules. */
  noteRules({ ruleSets }: FleetView): void {
    const differ = ruleSets > 1;
    if (ruleSets === 0 || differ === this.#rulesDiffer) return;
    this.#rulesDiffer = differ;
    this.#host.health.rules(this.#id, differ);
  }

  /** `generation`: the one that this process follows. `isAlone`: the circuit is open for this process alone. */
  snapshot(generation: number, callsPerSecond: number | undefined, isAlone: boolean): FleetSnapshot {
    const own = isAlone ? [instanceNameIn(this.#host.instance)] : undefined;
    if (this.#last === undefined) return { instances: 1, openedBy: own };
    const { view, atMs } = this.#last;
    const openedBy = own ?? (view.generation === generation && view.openedBy.length > 0 ? view.openedBy : undefined);
    return { instances: view.instances, callsPerSecond, sinceSyncMs: this.#host.background.now() - atMs, openedBy };
  }
}
