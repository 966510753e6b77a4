/**
 * Commands in a second with which all instances together ask for leases of one key, on average. They come at random, so
 * the count of a second varies by its root: five times that more is still below 100.
 */
const COMMANDS_PER_SECOND = 60;
/** Fleets up to this size ask at their own pace. */
const FEW_INSTANCES = 20;

/**
 * Moments at which a process may request a probe's lease from the fleet. A small fleet asks as calls come. The
 * processes of a large one ask one after the other, at moments drawn by each, so that a key that waits for its probe
 * costs Redis no more commands if more processes call it.
 */
export class ProbeTurns {
  readonly #random: () => number;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Returns how long the process has to wait before it may ask, in ms. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#notBeforeMs - nowMs);
  }

  /**
   * The circuit waits for probes from that moment on. A process that has its first call later than its turn asks at
   * once.
   */
  began(fromMs: number, instances: number): void {
    this.#notBeforeMs = fromMs + this.#random() * roundMs(instances);
  }

  /** The fleet has refused a lease, for `waitMs` as it seems. */
  refused(nowMs: number, waitMs: number, instances: number): void {
    this.#notBeforeMs = nowMs + Math.max(waitMs, roundMs(instances));
  }

  /** A lease is free again. */
  freed(nowMs: number, instances: number): void {
    if (this.#notBeforeMs > nowMs) this.began(nowMs, instances);
  }

  /** The circuit waits for probes no more. */
  ended(): void {
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }
}

/** Time in which each instance asks once, in ms. */
function roundMs(instances: number): number {
  return instances <= FEW_INSTANCES ? 0 : (1_000 * instances) / COMMANDS_PER_SECOND;
}
