import type { CallAttributes } from '../telemetry/call-attributes.js';
import type { EventHub } from '../telemetry/event-hub.js';
import type { AttemptEvent, CallEvent, CallKind } from '../telemetry/events.js';

/** Publishes the end of an attempt, if anything listens. */
export function tellAttempt(
  events: EventHub,
  key: string,
  attributes: CallAttributes | undefined,
  ending: Pick<AttemptEvent, 'attempt' | 'verdict' | 'durationMs' | 'status' | 'code'>,
): void {
  if (!events.topics.attempt.hasListeners) return;
  const { attempt, verdict, durationMs, status, code } = ending;
  const policy = events.policyName;
  const atMs = events.wallNow();
  const event = { policy, key, atMs, attempt, verdict, durationMs, status, code };
  events.publish('attempt', withOptionals(event, events.instance, attributes));
}

/** Publishes the end of a call, if anything listens. */
export function tellCall(
  events: EventHub,
  key: string,
  attributes: CallAttributes | undefined,
  ending: Pick<CallEvent, 'outcome' | 'stopReason' | 'attempts' | 'elapsedMs' | 'waitedMs' | 'status' | 'code'>,
  repeats = false,
): void {
  if (!events.topics.call.hasListeners) return;
  const { outcome, stopReason, attempts, elapsedMs, waitedMs, status, code } = ending;
  const policy = events.policyName;
  const atMs = events.wallNow();
  const kind = kindOf(outcome, attempts > 1);
  const event: CallEventFields = {
    policy,
    key,
    atMs,
    outcome,
    kind,
    stopReason,
    attempts,
    elapsedMs,
    waitedMs,
    status,
    code,
  };
  if (repeats) event.repeats = true;
  events.publish('call', withOptionals(event, events.instance, attributes));
}

/** The event while it is made. */
type CallEventFields = Omit<CallEvent, 'instance' | 'attributes' | 'repeats'> & { repeats?: true };

/** Sets the fields that few policies use. Avoids a spread, since these events are made for each call. */
function withOptionals<T extends object>(
  event: T & { instance?: string; attributes?: CallAttributes },
  instance: string | undefined,
  attributes: CallAttributes | undefined,
): T {
  if (instance !== undefined) event.instance = instance;
  if (attributes !== undefined) event.attributes = attributes;
  return event;
}

function kindOf(outcome: CallEvent['outcome'], retried: boolean): CallKind {
  if (outcome === 'success') return retried ? 'successful-with-retry' : 'successful-without-retry';
  return retried ? 'failed-with-retry' : 'failed-without-retry';
}
