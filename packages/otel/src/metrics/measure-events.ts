import type { AttemptEvent, CallEvent, Policy, StopReason } from '@breakwater/core';
import type { MetricAttributes } from './metric-attributes.js';
import type { Recorder } from './recorder.js';
import type { Series } from './series.js';

/** Measures the calls, attempts and decisions of a policy from now on. The returned function ends that. */
export function measureEvents(policy: Pick<Policy, 'on'>, recorder: Recorder, series: Series): () => void {
  const undo = [
    policy.on('call', (event) => measureCall(event, recorder, series)),
    policy.on('attempt', (event) => measureAttempt(event, recorder, series)),
    policy.on('retry', (event) => {
      const attributes = series.with(baseOf(event, series), 'breakwater.retry.reason', event.reason);
      recorder.add('breakwater.retries', 1, attributes);
    }),
    policy.on('reject', (event) => {
      const attributes = series.with(baseOf(event, series), 'breakwater.rejection.reason', event.reason);
      recorder.add('breakwater.rejections', 1, attributes);
    }),
    policy.on('breaker', (event) => {
      recorder.add('breakwater.breaker.transitions', 1, {
        ...series.ofKey(event.policy, event.key),
        'breakwater.breaker.from': event.from,
        'breakwater.breaker.to': event.to,
        'breakwater.transition.reason': event.why,
      });
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
}

/** Returns the attributes of the event's key, and those of the policy's `attributesOf`, which the core has bounded. */
function baseOf({ policy, key, attributes }: OneCallEvent, series: Series): MetricAttributes {
  const own = series.ofKey(policy, key);
  return attributes === undefined ? own : series.merged(own, attributes);
}

type OneCallEvent = Pick<AttemptEvent, 'policy' | 'key' | 'attributes'>;

function measureCall(event: CallEvent, recorder: Recorder, series: Series): void {
  const { attempts, elapsedMs, waitedMs } = event;
  const attributes = baseOf(event, series);
  const { 'error.type': errorType } = callError(event, series);
  const ofResult = series.with(attributes, 'breakwater.call.result', callResult(event), errorType);
  recorder.record('breakwater.call.duration', elapsedMs / 1_000, ofResult);
  // A call without an attempt has no amplification.
  if (attempts > 0) recorder.record('breakwater.call.attempts', attempts, attributes);
  if (waitedMs > 0) recorder.record('breakwater.call.wait', waitedMs / 1_000, attributes);
}

/** Result of a call, for `breakwater.call.result`. */
export type CallResult =
  | 'successful_without_retry'
  | 'successful_with_retry'
  | 'failed_without_retry'
  | 'failed_with_retry'
  | 'rejected'
  | 'cancelled';

/** Returns the result of a call: the four kinds of the event, and two more for calls without a fair chance. */
export function callResult({ outcome, attempts }: Pick<CallEvent, 'outcome' | 'attempts'>): CallResult {
  if (outcome === 'cancelled') return 'cancelled';
  if (outcome === 'failure' && attempts === 0) return 'rejected';
  const result = outcome === 'success' ? 'successful' : 'failed';
  return `${result}_${attempts > 1 ? 'with' : 'without'}_retry`;
}

/** Returns `error.type` of a failed call; nothing for any other. */
export function callError({ outcome, stopReason, status, code }: CallError, series: Series): ErrorAttributes {
  if (outcome !== 'failure') return NO_ERROR;
  return { 'error.type': series.errorType(status, code ?? NO_ANSWER[stopReason]) };
}

/** The error of a failure; nothing if there is none. */
export type ErrorAttributes = { readonly 'error.type'?: string };

const NO_ERROR: ErrorAttributes = Object.freeze({});

type CallError = Pick<CallEvent, 'outcome' | 'stopReason' | 'status' | 'code'>;

/** Error types of calls that ended without an answer. */
const NO_ANSWER: Readonly<Partial<Record<StopReason, string>>> = {
  'circuit-open': 'ERR_CIRCUIT_OPEN',
  'cool-down': 'ERR_COOL_DOWN',
  limited: 'ERR_LIMITED',
  deadline: 'ERR_DEADLINE_EXCEEDED',
};

function measureAttempt(event: AttemptEvent, recorder: Recorder, series: Series): void {
  const { 'error.type': errorType } = attemptError(event, series);
  const attributes = series.with(baseOf(event, series), 'breakwater.verdict', event.verdict, errorType);
  recorder.record('breakwater.attempt.duration', event.durationMs / 1_000, attributes);
}

/** Returns `error.type` of a failed attempt; nothing for a good one or one that the caller cancelled. */
export function attemptError(
  { verdict, status, code }: Pick<AttemptEvent, 'verdict' | 'status' | 'code'>,
  series: Series,
): ErrorAttributes {
  if (verdict === 'success' || verdict === 'cancelled') return NO_ERROR;
  return { 'error.type': series.errorType(status, code) };
}
