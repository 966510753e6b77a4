import { processWide } from '../host/process-wide.js';
import { SideTable } from '../host/side-table.js';
import { peek } from '../untrusted/safe-read.js';

/** Why a call made no further attempt. */
export type StopReason =
  /** The last attempt was good. */
  | 'success'
  /** Trying again would change nothing. */
  | 'permanent'
  /** Repeating the request might do harm. */
  | 'not-idempotent'
  /** The body can be sent only once. */
  | 'one-shot-body'
  /** `maxRetries` retries were made. */
  | 'exhausted'
  /** The key's retry budget was empty. */
  | 'budget'
  /** The next wait would have ended after `maxElapsedMs`. */
  | 'elapsed'
  /** `totalMs` was over, or the next wait would not have ended before it. */
  | 'deadline'
  /** The server's hint was longer than the rest of the call's time. */
  | 'retry-after'
  /** The circuit was open, or opened during the call. */
  | 'circuit-open'
  /** There was no free slot under the limit. */
  | 'limited'
  /** The key was cooling down for longer than the call could wait. */
  | 'cool-down'
  /** The caller cancelled. */
  | 'cancelled'
  /** Retrying is off, by `retry: false` or by the mode. */
  | 'disabled';

/** Tells if a call ended with a failure that a retry might have repaired. */
export function isGivenUp(reason: StopReason): boolean {
  return reason !== 'success' && reason !== 'permanent' && reason !== 'cancelled' && reason !== 'disabled';
}

/** Report of one call. */
export interface CallReport {
  readonly attempts: number;
  readonly retries: number;
  /** Time from the call's beginning to its end, in ms. */
  readonly elapsedMs: number;
  /** The part of `elapsedMs` spent waiting: backoff, cool-down, a slot under the limit. */
  readonly waitedMs: number;
  readonly key: string;
  readonly stopReason: StopReason;
  /** The wait before each retry, in ms, as decided. */
  readonly delaysMs: readonly number[];
}

/** Makes the report of a call from its parts. */
export function callReport({
  attempts,
  elapsedMs,
  waitedMs,
  key,
  stopReason,
  delaysMs,
}: Omit<CallReport, 'retries'>): CallReport {
  return Object.freeze({
    attempts,
    retries: Math.max(0, attempts - 1),
    elapsedMs,
    waitedMs,
    key,
    stopReason,
    delaysMs: Object.freeze([...delaysMs]),
  });
}

/** Source of a call's report. The report is made only on request, which is rare. */
export interface ReportSource {
  report(): CallReport;
}

/** Shared by ESM and CommonJS: each must find the reports that the other has kept. */
const reports = processWide('reports.2', () => new SideTable<ReportSource>());

/**
 * Returns the report of the call behind this error or response; undefined if it did not go through a policy. It is kept
 * in a side table: nothing is added to the error, the response or its config.
 */
export function reportOf(errorOrResponse: unknown): CallReport | undefined {
  return sourceOf(errorOrResponse)?.report();
}

/**
 * Returns the source of the report. got passes an error that its caller caused (a cancel, an abort) to no hook. But
 * such an error names its request's options, and a response names its request: the report is kept beside those.
 */
function sourceOf(end: unknown): ReportSource | undefined {
  return kept(end) ?? kept(peek(end, 'options')) ?? kept(peek(peek(end, 'request'), 'options'));
}

function kept(target: unknown): ReportSource | undefined {
  return isObject(target) ? reports.get(target) : undefined;
}

/** Keeps the report of a call beside the value or error that the call ended with. Primitives cannot have one. */
export function keepReport(target: unknown, report: CallReport): void {
  keepSource(target, { report: () => report });
}

/** Does the same as `keepReport` for a report that is made later. */
export function keepSource(target: unknown, source: ReportSource): void {
  if (isObject(target)) reports.set(target, source);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
