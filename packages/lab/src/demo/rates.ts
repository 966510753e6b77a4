import { ratio } from './tally.js';

/** Counts on one side up to a moment. */
export interface Reading {
  readonly atMs: number;
  readonly calls: number;
  readonly ended: number;
  readonly answered: number;
  readonly refused: number;
  /** Requests that the server has seen. */
  readonly requests: number;
}

/** Figures for the time between two readings. */
export interface Rates {
  /** Answered calls per ended call; undefined if none ended. */
  readonly success: number | undefined;
  readonly attemptsPerCall: number | undefined;
  readonly requestsPerSecond: number;
  readonly refusedPerSecond: number;
}

export const nothingYet: Reading = { atMs: 0, calls: 0, ended: 0, answered: 0, refused: 0, requests: 0 };

export function ratesBetween(before: Reading, after: Reading): Rates {
  const seconds = (after.atMs - before.atMs) / 1_000;
  const requests = after.requests - before.requests;
  return {
    success: ratio(after.answered - before.answered, after.ended - before.ended),
    attemptsPerCall: ratio(requests, after.calls - before.calls),
    requestsPerSecond: ratio(requests, seconds) ?? 0,
    refusedPerSecond: ratio(after.refused - before.refused, seconds) ?? 0,
  };
}

/** The latest readings, as far back as a window. */
export class RecentReadings {
  readonly #windowMs: number;
  readonly #readings: Reading[] = [nothingYet];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** The rates since the reading that is one window old, or since the first. */
  add(reading: Reading): Rates {
    const fromMs = reading.atMs - this.#windowMs;
    while ((this.#readings[1]?.atMs ?? reading.atMs) <= fromMs) this.#readings.shift();
    this.#readings.push(reading);
    return ratesBetween(this.#readings[0] ?? nothingYet, reading);
  }
}
