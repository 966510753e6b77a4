import { abortReason } from '../host/abort.js';
import { DeadlineExceededError } from '../outcome/errors.js';
import type { StopReason } from '../telemetry/report.js';
import { type CallContext, deadlineLeftMs, elapsedLeftMs } from './call-context.js';
import type { Refused } from './session.js';

/** Refuses the next attempt of a call. A call without any answer ends with `error`. */
export function refused(state: CallContext, stopReason: StopReason, error: unknown): Refused {
  state.log.stopped(stopReason);
  return { admitted: false, stopReason, error };
}

/** Refuses an attempt of a call that its caller has cancelled. */
export function cancelled(state: CallContext): Refused {
  const { signal } = state.call ?? {};
  return refused(state, 'cancelled', signal && abortReason(signal));
}

/** Refuses an attempt that could begin only after the call's deadline. */
export function pastDeadline(state: CallContext): Refused {
  const { entry, log, timeouts } = state;
  log.rejected('deadline', undefined);
  return refused(state, 'deadline', new DeadlineExceededError(entry.key, timeouts.totalMs ?? 0));
}

/**
 * Refuses an attempt whose wait took longer than planned, since the host was asleep or too busy to run its timers.
 * Undefined if it is in time.
 */
export function tooLate(state: CallContext, nowMs: number): Refused | undefined {
  const { entry, log, settings } = state;
  if (deadlineLeftMs(state, nowMs) <= 0) return pastDeadline(state);
  // A call without any answer still gets its one attempt.
  if (log.attempts === 0 || settings.retry === false || elapsedLeftMs(state, nowMs) >= 0) return undefined;
  log.rejected('elapsed', undefined);
  return refused(state, 'elapsed', new DeadlineExceededError(entry.key, settings.retry.maxElapsedMs));
}
