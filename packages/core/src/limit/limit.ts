import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';

/** Reading of an attempt's outcome as a sign of the server's load. */
export type LoadSignal =
  /** It answered. */
  | 'answered'
  /** It did not answer in time. */
  | 'timed-out'
  /** It pushed the request away: 429, 503, a reset connection. */
  | 'shed'
  /** No information: cancelled, refused because no server listens, or an error of the caller. */
  | 'none';

/** Number of instances among which the limit of a key is divided; absent: one. */
export interface LimitShare {
  instances?(nowMs: number): number;
}

/** Returns an instance's share of a fleet's places: one at least, or it could not make a call. */
export function ownPlaces(places: number, instances: number): number {
  return instances <= 1 ? places : Math.max(1, Math.floor(places / instances));
}

/** Caps the attempts in flight of one key. A place that is given is left exactly once. */
export interface AttemptLimit {
  readonly inFlight: number;
  readonly waiting: number;
  /** Attempts in flight that are allowed now; undefined if there is no cap. */
  readonly cap: number | undefined;
  /** Tells if it finds out how many attempts the server can take just now, retries among them. */
  readonly isAdapting: boolean;
  /** Takes a place if one is free for a newcomer. */
  tryAcquire(nowMs: number): boolean;
  /**
   * Returns how long an attempt that finds no slot may wait for one, or that it may not. `hasWaited`: it is a retry, or
   * a cool-down held it.
   */
  maxWaitMs(hasWaited: boolean): number | undefined;
  /** Waits for a place; false when there was none in time. */
  acquire(clock: Clock, maxMs: number, signal: AbortSignal | undefined, early?: EarlyEnd): Promise<boolean>;
  /** Gives the place back and tells what the attempt that began at `startedMs` showed. */
  release(nowMs: number, startedMs: number, sign: LoadSignal): void;
  /** Forgets what it has seen: an adaptive limit goes back to sleep. Places that are taken stay taken. */
  reset(): void;
  /** Returns when a refused call may find a place, in ms: an estimate, by how long attempts take. */
  retryAfterMs(): number;
}
