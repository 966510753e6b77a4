import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';

/** What an attempt says about the load of the server it went to. */
export type LoadSignal =
  /** It answered. */
  | 'answered'
  /** It did not answer in time. */
  | 'timed-out'
  /** It pushed the request away: 429, 503, a reset connection. */
  | 'shed'
  /** Nothing: cancelled, refused by nobody listening, an error of the caller's own. */
  | 'none';

/** Caps the attempts in flight of one key. A place that is given is left exactly once. */
export interface AttemptLimit {
  readonly inFlight: number;
  readonly waiting: number;
  /** Attempts in flight that are allowed now; undefined where there is no cap. */
  readonly cap: number | undefined;
  /** Takes a place if one is free for a newcomer. */
  tryAcquire(nowMs: number): boolean;
  /** Whether an attempt that finds no place may wait for one, and for how long at the most. `hasWaited`: it is a retry, or a cool-down held it. */
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
