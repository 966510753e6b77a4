import type { PolicySettings, RetrySettings } from '@breakwater/core';
import { enumerated } from '../report/wording.js';
import type { Examined, Warning } from './warning.js';

export function retryWarnings({ settings, waits }: Examined): Warning[] {
  const { retry } = settings;
  if (retry === false) return [];
  const hints = ignoredHints(retry);
  if (retry.maxRetries === 0) return hints;
  const delays = hasNoDelay(waits) ? noDelay() : noJitter(retry);
  return [...delays, ...unsafeMethods(retry, settings), ...pointlessStatuses(retry), ...hints];
}

function hasNoDelay(waits: Examined['waits']): boolean {
  return waits.length > 0 && waits.every(({ ordinary }) => ordinary.maxMs === 0);
}

function noDelay(): Warning[] {
  return [
    {
      id: 'no-delay',
      option: 'retry.backoff.baseMs',
      problem: 'Retries follow at once: a server in trouble gets all of a call’s attempts within the same moment.',
      advice: 'Set a base of 100 ms or more, so that retries find a server that has had time to recover.',
    },
  ];
}

function noJitter({ backoff }: RetrySettings): Warning[] {
  if (typeof backoff === 'function' || backoff.kind === 'decorrelated') return [];
  if (backoff.jitter !== 'none' && backoff.jitter !== 0) return [];
  return [
    {
      id: 'no-jitter',
      option: 'retry.backoff.jitter',
      problem: 'Calls that fail together are retried together: each wave of retries hits the server in one moment.',
      advice: "Use 'full', or at least 0.25.",
    },
  ];
}

/** Methods that may have an effect twice, by RFC 9110 §9.2.2 and the registry of methods. */
const NOT_IDEMPOTENT: ReadonlySet<string> = new Set(['POST', 'PATCH', 'CONNECT', 'LOCK']);

function unsafeMethods({ methods }: RetrySettings, { idempotency }: PolicySettings): Warning[] {
  const keyed = idempotency === false ? new Set<string>() : idempotency.methods;
  const unsafe = [...methods].filter((method) => NOT_IDEMPOTENT.has(method) && !keyed.has(method));
  if (unsafe.length === 0) return [];
  return [
    {
      id: 'unsafe-methods',
      option: 'retry.methods',
      problem: `${enumerated(unsafe)} ${unsafe.length === 1 ? 'is' : 'are'} retried without an idempotency key: a request whose answer was lost is done twice.`,
      advice: `Let idempotency.methods name ${enumerated(unsafe)} if the server knows idempotency keys. If not, take ${unsafe.length === 1 ? 'it' : 'them'} out of retry.methods and say idempotent: true for those calls that can bear it.`,
    },
  ];
}

/** 4xx statuses by which a server may mean "not now". */
const TEMPORARY_4XX: ReadonlySet<number> = new Set([408, 409, 421, 423, 425, 429, 449, 460, 499]);
const FINAL_5XX: ReadonlySet<number> = new Set([501, 505, 506, 508, 510, 511]);

function pointlessStatuses({ statuses }: RetrySettings): Warning[] {
  const pointless = [...statuses].filter(isFinal).sort((a, b) => a - b);
  if (pointless.length === 0) return [];
  return [
    {
      id: 'pointless-statuses',
      option: 'retry.statuses',
      problem: `The same request gets ${enumerated(pointless, 'or')} again: retries of it cost time and load, and change nothing.`,
      advice: `Take ${enumerated(pointless)} out. Where one of them is temporary with your server, decide by retry.shouldRetry.`,
    },
  ];
}

function isFinal(status: number): boolean {
  return status < 500 ? !TEMPORARY_4XX.has(status) : FINAL_5XX.has(status);
}

function ignoredHints({ respectRetryAfter }: RetrySettings): Warning[] {
  if (respectRetryAfter) return [];
  return [
    {
      id: 'ignores-retry-after',
      option: 'retry.respectRetryAfter',
      problem:
        'A server that says when to come back is not heard: it is asked again too early, and cool-downs are off.',
      advice: 'Leave it on. retry.maxElapsedMs already bounds how long a call can be made to wait.',
    },
  ];
}
