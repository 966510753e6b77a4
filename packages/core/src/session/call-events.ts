import type { AttemptEvent, CallEvent, CallKind, EventHub } from '../telemetry/events.js';

/** Publishes the end of an attempt, if anything listens. */
export function tellAttempt(
  events: EventHub,
  key: string,
  ending: Pick<AttemptEvent, 'attempt' | 'verdict' | 'durationMs' | 'status' | 'code'>,
): void {
  if (!events.topics.attempt.hasListeners) return;
  const { attempt, verdict, durationMs, status, code } = ending;
  const policy = events.policyName;
  const atMs = events.wallNow();
  events.publish('attempt', { policy, key, atMs, attempt, verdict, durationMs, status, code });
}

/** Publishes the end of a call, if anything listens. */
export function tellCall(
  events: EventHub,
  key: string,
  ending: Pick<CallEvent, 'outcome' | 'stopReason' | 'attempts' | 'elapsedMs'>,
): void {
  if (!events.topics.call.hasListeners) return;
  const { outcome, stopReason, attempts, elapsedMs } = ending;
  const policy = events.policyName;
  const atMs = events.wallNow();
  const kind = kindOf(outcome, attempts > 1);
  events.publish('call', { policy, key, atMs, outcome, kind, stopReason, attempts, elapsedMs });
}

function kindOf(outcome: CallEvent['outcome'], retried: boolean): CallKind {
  if (outcome === 'success') return retried ? 'successful-with-retry' : 'successful-without-retry';
  return retried ? 'failed-with-retry' : 'failed-without-retry';
}
