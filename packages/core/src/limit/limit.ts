import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';

/** Evidence of an attempt's outcome about the server's load. */
export type LoadSignal =
  /** The server answered. */
  | 'answered'
  /** The server did not answer in time. */
  | 'timed-out'
  /** The server pushed the request away: 429 or 503. */
  | 'shed'
  /** No information: cancelled, no server listens, a process has ended and reset it, or an error of the caller. */
  | 'none';

/** Number of instances among which the limit of a key is divided; absent: one. */
export interface LimitShare {
  instances?(nowMs: number): number;
}

/** Returns an instance's share of a fleet's slots: at least one, since it could make no call otherwise. */
export function ownPlaces(places: number, instances: number): number {
  return instances <= 1 ? places : Math.max(1, Math.floor(places / instances));
}

/** Caps the attempts in flight of one key. Each slot that is taken is released exactly once. */
export interface AttemptLimit {
  readonly inFlight: number;
  readonly waiting: number;
  /** Attempts allowed in flight now; undefined if there is no cap. */
  readonly cap: number | undefined;
  /**
   * Takes a slot if one is free for a new call. `patienceMs` is the time that the caller waits for an answer, in ms;
   * absent if it is not known.
   */
  tryAcquire(nowMs: number, patienceMs?: number): boolean;
  /**
   * Returns how long an attempt that finds no slot may wait for one; undefined if it may not wait. `hasWaited`: it is a
   * retry, or a cool-down has held it.
   */
  maxWaitMs(hasWaited: boolean, patienceMs?: number): number | undefined;
  /** Waits for a slot; resolves with false if there was none in time. */
  acquire(
    clock: Clock,
    maxMs: number,
    signal: AbortSignal | undefined,
    early?: EarlyEnd,
    isNewcomer?: boolean,
  ): Promise<boolean>;
  /** Releases the slot, and records what the attempt that began at `startedMs` showed. */
  release(nowMs: number, startedMs: number, sign: LoadSignal): void;
  /** Forgets what it has seen: an adaptive limit goes back to sleep. Slots that are taken stay taken. */
  reset(): void;
  /** Returns an estimate of when a refused call may find a slot, in ms, by how long attempts take. */
  retryAfterMs(): number;
}
