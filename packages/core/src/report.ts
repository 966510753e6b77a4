import { processWide } from './process-wide.js';

/** Why a call made no further attempt. */
export type StopReason =
  | 'success'
  | 'permanent'
  | 'not-idempotent'
  | 'one-shot-body'
  | 'exhausted'
  | 'budget'
  | 'elapsed'
  | 'deadline'
  | 'retry-after'
  | 'circuit-open'
  | 'limited'
  | 'cool-down'
  | 'cancelled'
  | 'disabled';

/** What a call went through. */
export interface CallReport {
  readonly attempts: number;
  readonly retries: number;
  /** From the call's beginning to its end, in ms. */
  readonly elapsedMs: number;
  /** The part of `elapsedMs` spent waiting: backoff, cool-down, a place under the limit. */
  readonly waitedMs: number;
  readonly key: string;
  readonly stopReason: StopReason;
  /** The wait before each retry, in ms, as it was decided. */
  readonly delaysMs: readonly number[];
}

const reports = processWide('reports.1', () => new WeakMap<object, CallReport>());

/**
 * What the call behind this error or response went through; undefined where no policy had a hand in it.
 * It is kept aside: nothing is added to the error, the response or its config.
 */
export function reportOf(errorOrResponse: unknown): CallReport | undefined {
  return isObject(errorOrResponse) ? reports.get(errorOrResponse) : undefined;
}

/** Keeps the report of a call beside what the call ended with. Primitives cannot have one. */
export function keepReport(target: unknown, report: CallReport): void {
  if (isObject(target)) reports.set(target, report);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
