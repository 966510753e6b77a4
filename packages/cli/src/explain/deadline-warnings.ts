import type { RetrySettings } from '@breakwater/core';
import { durationText } from '../report/wording.js';
import type { Examined, Warning } from './warning.js';
import { attemptLimitMs } from './worst-case.js';

/** Warns of retries for which no time can be left: by the waits alone, or if attempts run into their timeout. */
export function deadlineWarnings({ settings, waits, clientTimeoutMs }: Examined): Warning[] {
  const { retry, timeouts } = settings;
  const limitMs = attemptLimitMs(timeouts, clientTimeoutMs);
  if (limitMs === undefined && timeouts.totalMs === undefined) return [noTimeout()];
  if (retry === false || waits.length === 0) return [];
  const attemptMs = limitMs ?? 0;
  const { totalMs = Number.POSITIVE_INFINITY } = timeouts;
  const deadline = pastDeadline(retry, waits, attemptMs, totalMs);
  const elapsed = pastMaxElapsed(retry, waits, attemptMs);
  // The earlier of the two ends the call.
  const first = totalMs <= retry.maxElapsedMs ? [deadline, elapsed] : [elapsed, deadline];
  return first.find((warnings) => warnings.length > 0) ?? [];
}

function noTimeout(): Warning {
  return {
    id: 'no-timeout',
    option: 'timeouts.attemptMs',
    problem:
      'No time limit is known: an attempt that hangs holds its call for ever, and is no failure that a retry or the circuit could act on.',
    advice:
      "Set timeouts.attemptMs or timeouts.totalMs. If the client has a time limit of its own (axios's timeout, got's timeout.request), give it with --timeout <ms>.",
  };
}

function pastDeadline(retry: RetrySettings, waits: Examined['waits'], attemptMs: number, totalMs: number): Warning[] {
  const starts = startsOf(waits, attemptMs);
  const begun = starts.filter((startMs) => startMs < totalMs).length;
  const lastEndMs = (starts.at(-1) ?? 0) + attemptMs;
  const isComplete = begun === starts.length && (attemptMs === 0 || lastEndMs <= totalMs);
  if (isComplete) return [];
  const wanted = retry.maxRetries;
  const outcome = begun < starts.length ? `${begunText(begun, wanted)} in time` : 'the last retry is cut short';
  return [
    {
      id: 'retries-past-deadline',
      option: 'timeouts.totalMs',
      problem: `${circumstance(attemptMs)}, ${outcome}: the call ends after ${durationText(totalMs)}.`,
      advice:
        attemptMs === 0
          ? 'Raise timeouts.totalMs, or wait less or retry less.'
          : `For ${which(retry, waits)} retries, timeouts.totalMs has to be ${durationText(lastEndMs)} or more. Or lower timeouts.attemptMs or retry.maxRetries.`,
    },
  ];
}

function pastMaxElapsed(retry: RetrySettings, waits: Examined['waits'], attemptMs: number): Warning[] {
  const starts = startsOf(waits, attemptMs);
  const begun = starts.filter((startMs) => startMs <= retry.maxElapsedMs).length;
  if (begun === starts.length) return [];
  return [
    {
      id: 'retries-past-max-elapsed',
      option: 'retry.maxElapsedMs',
      problem: `${circumstance(attemptMs)}, ${begunText(begun, retry.maxRetries)}: none may later than ${durationText(retry.maxElapsedMs)} after the call.`,
      advice: `For ${which(retry, waits)} retries, retry.maxElapsedMs has to be ${durationText(starts.at(-1) ?? 0)} or more. Or lower ${attemptMs === 0 ? '' : 'timeouts.attemptMs or '}retry.maxRetries.`,
    },
  ];
}

/**
 * Returns the starts of the retries after ordinary failures, with waits of average length and each attempt up to its
 * timeout.
 */
function startsOf(waits: Examined['waits'], attemptMs: number): number[] {
  let nowMs = 0;
  return waits.map(({ ordinary }) => {
    nowMs += attemptMs + (ordinary.meanMs ?? ordinary.minMs ?? 0);
    return nowMs;
  });
}

function circumstance(attemptMs: number): string {
  return attemptMs === 0
    ? 'With waits of middling length'
    : `Where each attempt runs into its time limit of ${durationText(attemptMs)}`;
}

function begunText(begun: number, wanted: number): string {
  if (begun === 0) return 'no retry begins';
  return `only ${begun} of ${wanted} retries ${begun === 1 ? 'begins' : 'begin'}`;
}

function which({ maxRetries }: RetrySettings, { length }: Examined['waits']): string {
  return length < maxRetries ? `the first ${length}` : 'all';
}
