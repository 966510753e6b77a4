import type { BreakerEvent, BreakerOpening, BreakerPhase, TransitionReason } from '@breakwater/core';

/** Returns a duration for people: `480 ms`, `2.1 s`, `4 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms / 10) * 10)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 99_500) return `${Math.round(ms / 1_000)} s`;
  if (ms < 5_970_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

type FailureDigest = NonNullable<BreakerEvent['cause']>;

interface Counts {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** Returns the digest of a failure in a few words: `503 ERR_BAD_RESPONSE`, `ECONNRESET`, `TypeError`. */
export function failureText(cause: Partial<FailureDigest> | undefined): string | undefined {
  if (cause === undefined) return undefined;
  return [cause.status, cause.code].filter((part) => part !== undefined).join(' ') || cause.name;
}

/** Returns why a breaker opened, as the end of a sentence that begins with "because". */
function becauseOf(why: TransitionReason, { calls, failures, slow }: Counts, lastFailure?: string): string {
  const failure = lastFailure === undefined ? '' : `, the last one with ${lastFailure}`;
  switch (why) {
    case 'consecutive-failures':
      return `the last attempts failed without a break (${failures} of ${calls} in the window${failure})`;
    case 'failure-rate':
      return `${failures} of ${calls} attempts failed (${percent(failures, calls)}${failure})`;
    case 'slow-call-rate':
      return `${slow} of ${calls} attempts were too slow (${percent(slow, calls)})`;
    case 'probe-failed':
      return `a probe failed${lastFailure === undefined ? '' : ` with ${lastFailure}`}`;
    case 'fleet':
      return 'the fleet opened it: another instance saw the failures';
    case 'forced-open':
      return 'it was opened by hand';
    case 'open-time-over':
    case 'probes-succeeded':
    case 'forced-close':
    case 'reset':
      return why;
  }
}

/** Returns why a breaker opened. The cause is given by its digest, else by the last known failure. */
export function openedBecause({ why, counts, cause }: BreakerOpening, lastFailure?: string): string {
  return becauseOf(why, counts, failureText(cause) ?? lastFailure);
}

interface Move {
  readonly from: BreakerPhase;
  readonly to: BreakerPhase;
  readonly why: TransitionReason;
  readonly counts: Counts;
  readonly openForMs: number;
  readonly cause?: Partial<FailureDigest> | undefined;
}

/** Returns one change of a breaker's state as a line of the log. */
export function transitionText({ from, to, why, counts, openForMs, cause }: Move, lastFailure?: string): string {
  const failure = failureText(cause) ?? lastFailure;
  switch (to) {
    case 'open':
      if (why === 'probe-failed') return `Still open: ${becauseOf(why, counts, failure)}`;
      return `Open for ${duration(openForMs)}: ${becauseOf(why, counts, failure)}`;
    case 'half-open':
      return why === 'fleet'
        ? 'Half-open: the fleet is probing'
        : 'Half-open: the open time is over, a probe may go through';
    case 'forced-open':
      return why === 'fleet' ? 'Forced open on another instance' : 'Forced open by hand';
    case 'closed':
      if (why === 'probes-succeeded') return 'Closed: the probes succeeded';
      if (why === 'fleet') return 'Closed: the fleet closed it';
      return why === 'reset' ? `Reset by hand, from ${from}` : `Closed by hand, from ${from}`;
  }
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${Math.round((part / whole) * 100)} %`;
}
