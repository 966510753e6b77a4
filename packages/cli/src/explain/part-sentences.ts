import type { PartDescription, PolicySettings, RetrySettings } from '@breakwater/core';
import { counted, durationText, enumerated, percentText, sentence } from '../report/wording.js';

/** Returns core's sentences about a part, with additions. */
export function partSentences({ part, text }: PartDescription, settings: PolicySettings): string[] {
  switch (part) {
    case 'retry':
      return settings.retry === false ? [sentence(text)] : retrySentences(settings.retry, settings.idempotency);
    case 'budget':
      return [sentence(text), ...(settings.budget === false ? [] : ['Beyond that, a failed call keeps its answer.'])];
    case 'breaker':
      return [sentence(text), ...rampSentences(settings)];
    case 'coolDown':
      return coolDownSentences(text, settings);
    case 'limit':
      return [sentence(text), ...limitSentences(settings)];
    case 'timeouts':
      return [sentence(text)];
    case 'idempotency':
      return [sentence(text)];
  }
}

/** Describes the retries. Core's sentences are not used, because the delays have a table of their own. */
function retrySentences(retry: RetrySettings, idempotency: PolicySettings['idempotency']): string[] {
  const { maxRetries, maxElapsedMs, methods, statuses, respectRetryAfter, shouldRetry } = retry;
  if (maxRetries === 0) return ['None.'];
  const bound =
    maxElapsedMs === Number.POSITIVE_INFINITY ? '' : `, none later than ${durationText(maxElapsedMs)} after the call`;
  const keyed = idempotency === false ? [] : [...idempotency.methods].filter((method) => !methods.has(method));
  const safe = enumerated([...methods, ...keyed.map((method) => `${method} (by its key)`)]) || 'no method';
  return [
    `Up to ${counted(maxRetries, 'retry', 'retries')}${bound}.`,
    `For ${safe}; others with an idempotency key, idempotent: true, or when nothing was sent.`,
    `On ${statuses.size === 0 ? 'no status' : ranges([...statuses])}, and on network failures.`,
    respectRetryAfter ? 'Waits as long as Retry-After says.' : 'Retry-After is not obeyed.',
    ...(shouldRetry === undefined ? [] : ['A shouldRetry of yours has its say first.']),
  ];
}

/** Joins numbers into ranges: `429, 502-504`. */
function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const found: [number, number][] = [];
  for (const number of sorted) {
    const last = found.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

function rampSentences({ breaker }: PolicySettings): string[] {
  if (breaker === false) return [];
  const { ramp, openMs, isFailure } = breaker;
  const shares = ramp === false || ramp.length === 0 ? undefined : enumerated(ramp.map(percentText), 'then');
  return [
    ...(shares === undefined
      ? []
      : [`Once closed, it lets through ${shares} of the traffic, each for ${durationText(openMs)}.`]),
    ...(isFailure === undefined ? [] : ['An isFailure of yours has its say first.']),
  ];
}

function coolDownSentences(text: string, { coolDown, retry }: PolicySettings): string[] {
  if (coolDown === false) return [sentence(text)];
  if (retry !== false && !retry.respectRetryAfter) return ['None: Retry-After is not obeyed.'];
  return [sentence(text), 'A 429 or 503 with Retry-After holds its call, and all of the key if it speaks for them.'];
}

function limitSentences({ limit }: PolicySettings): string[] {
  if (limit === false) return [];
  switch (limit.kind) {
    case 'adaptive':
      return ['Asleep until the server shows signs of overload.'];
    case 'fixed':
      return limit.queue === 0
        ? ['What is over it is refused at once.']
        : [`More than ${counted(limit.queue, 'waiting call')} are refused.`];
  }
}
