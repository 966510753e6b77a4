import type { Throttle } from './behaviour.js';
import { Fifo } from './fifo.js';

/** The requests of the last second within a rate limit, by tenant if each has a limit of its own. */
export class RateWindow {
  readonly #takenAtMs = new Map<number, Fifo<number>>();

  /** Counts the request and returns true if it is within the limit. */
  allows({ perSecond, perTenant = false }: Throttle, tenant: number, nowMs: number): boolean {
    const takenAtMs = this.#windowOf(perTenant ? tenant : ALL);
    for (let oldest = takenAtMs.peek(); oldest !== undefined && oldest <= nowMs - 1_000; oldest = takenAtMs.peek()) {
      takenAtMs.shift();
    }
    if (takenAtMs.length >= perSecond) return false;
    takenAtMs.push(nowMs);
    return true;
  }

  #windowOf(tenant: number): Fifo<number> {
    const known = this.#takenAtMs.get(tenant);
    if (known !== undefined) return known;
    const window = new Fifo<number>();
    this.#takenAtMs.set(tenant, window);
    return window;
  }
}

const ALL = -1;
