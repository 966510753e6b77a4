import type { CallRecord } from '../client/call-record.js';

/** Events in one stretch of the simulation. */
export interface SeriesBin {
  /** Calls that began in it, and how many of them were answered and refused in the end. */
  calls: number;
  answered: number;
  refused: number;
  /** Attempts that began in it. */
  attempts: number;
  /** Answers that arrived in it. */
  goodput: number;
}

/** A simulation over time, in bins of equal length. Their number is bounded, even for a long simulation. */
export class Series {
  readonly binMs: number;
  readonly #bins: SeriesBin[] = [];

  /** @param durationMs - of the phases; calls may end later */
  constructor(durationMs: number) {
    this.binMs = Math.max(SHORTEST_BIN_MS, Math.ceil(durationMs / MOST_BINS));
  }

  get bins(): readonly Readonly<SeriesBin>[] {
    return this.#bins;
  }

  /** Returns the bin of a moment. */
  at(ms: number): SeriesBin {
    const index = Math.floor(ms / this.binMs);
    while (this.#bins.length <= index) {
      this.#bins.push({ calls: 0, answered: 0, refused: 0, attempts: 0, goodput: 0 });
    }
    return this.#bins[index] as SeriesBin;
  }

  ended({ end, endedMs, startedMs }: CallRecord): void {
    if (end === 'failed') return;
    if (end === 'refused') {
      this.at(startedMs).refused += 1;
      return;
    }
    this.at(startedMs).answered += 1;
    this.at(endedMs).goodput += 1;
  }
}

const SHORTEST_BIN_MS = 100;
const MOST_BINS = 6_000;
