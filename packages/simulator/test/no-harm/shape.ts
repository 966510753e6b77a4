import type { PolicyOptions } from '@breakwater/core';
import type { CallRecord, Scenario } from '@breakwater/simulator';

/**
 * One partial failure, and by which rules it is judged. Its phases are called `before`, `trouble` and `after`; a shape
 * in which nothing is wrong needs none of these names.
 */
export interface Shape {
  /** The values of the family's parameters. */
  readonly name: string;
  readonly scenario: Scenario;
  /** Options that the user has set, on top of those that are judged. Such a shape is judged by its own bounds alone. */
  readonly userOptions?: PolicyOptions | undefined;
  /** Nothing is wrong: each call must go as without the library. */
  readonly calm?: boolean | undefined;
  /** The failures do not depend on load: retries alone are a fair yardstick. */
  readonly loadIndependent?: boolean | undefined;
  /** While the trouble lasts, nothing is answered: a circuit may open, and its end is known only by the next probe. */
  readonly total?: TotalFailure | undefined;
  /**
   * Points that a circuit may cost in a failure that is total again and again: for each, the time until the next probe.
   */
  readonly allowedPoints?: number | undefined;
  /** Time from which the calls must succeed again. */
  readonly recovery?: Recovery | undefined;
  /** Calls that the failure does not concern, judged by themselves as well. */
  readonly bystanders?: ((call: CallRecord) => boolean) | undefined;
  /** Share of the possible answers that must come while the trouble lasts. */
  readonly goodput?: { readonly possible: number; readonly atLeast: number } | undefined;
  /** Attempts that may be made while the trouble lasts. */
  readonly mostAttempts?: number | undefined;
}

export interface TotalFailure {
  readonly lengthMs: number;
  /** Duration of an answer of the healthy server. */
  readonly latencyMs: number;
  /** Time that a probe hangs that was sent just before the end, if requests are lost: the next one comes after it. */
  readonly lostProbeMs?: number | undefined;
  /** Wait that the server asked for in its hints. */
  readonly hintMs?: number | undefined;
}

/**
 * The time after a total failure in which calls may still be refused: until the next probe is due (5.5 % of the
 * failure, at least 0.55 s, at most 33 s) and two probes have been answered, or until the server's own hint is over.
 */
export function unavoidableMs({ lengthMs, latencyMs, lostProbeMs = 0, hintMs = 0 }: TotalFailure): number {
  return Math.max(Math.max(550, Math.min(33_000, 0.055 * lengthMs)), 1.1 * hintMs) + lostProbeMs + 2 * latencyMs;
}

export interface Recovery {
  /**
   * Start of the judged time after the trouble: 10 s, 5 % of its length (at most 30 s), or the end of the server's own
   * hint.
   */
  readonly graceMs: number;
  /**
   * `healthy`: 99 %. `none`: as many as with no library, less a point, if even a healthy server loses some.
   *
   * @default 'healthy'
   */
  readonly asWellAs?: 'healthy' | 'none' | undefined;
  /** And 99 % of each half second's calls, from so many ms after the trouble. */
  readonly backWithinMs?: number | undefined;
}

/**
 * The grace of the rule, for a trouble of this length. `hintMs`: how far a hint of the server reaches beyond the
 * trouble.
 */
export function graceAfter(troubleMs: number, hintMs = 0): number {
  return Math.max(10_000, Math.min(30_000, 0.05 * troubleMs), hintMs);
}
