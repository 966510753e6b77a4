import { Agent } from 'node:http';
import { type BreakwaterErrorCode, createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';
import got, { type Got } from 'got';
import { resilience } from '../src/index.js';

/** Retries follow at once, which with got is a millisecond. */
export const atOnce: PolicyOptions = {
  retry: { backoff: { kind: 'constant', baseMs: 0, throttledBaseMs: 0, jitter: 'none' } },
};

export interface Setup {
  readonly client: Got;
  readonly policy: Policy;
  readonly clock: ManualClock;
}

/** Uses a connection for each request: a reset of a kept-alive one proves nothing about the server. */
const agent = { http: new Agent({ keepAlive: false }) };

/** A client with a policy whose clock stands still. */
export function setup(options: PolicyOptions = {}): Setup {
  const clock = new ManualClock();
  const retry = options.retry === false ? false : { ...atOnce.retry, ...options.retry };
  const policy = createPolicy({ clock, random: () => 0, ...options, retry });
  return { client: got.extend({ agent }, resilience(policy)), policy, clock };
}

/** Calls that have begun and not ended. */
export function callsUnderWay(policy: Policy): number {
  return Object.values(policy.snapshot().keys).reduce((sum, key) => sum + key.inFlight, 0);
}

/** A breaker that one failure opens, for a second. */
export const openAfterOne: PolicyOptions['breaker'] = { consecutiveFailures: 1, failureRate: false, openMs: 1_000 };

/** Lets the event loop turn until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const givesUpAt = performance.now() + 4_000;
  while (!isSo()) {
    if (performance.now() > givesUpAt) throw new Error(`it never came about: ${isSo}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export interface Failure extends Error {
  readonly code?: string | BreakwaterErrorCode;
  readonly key?: string;
  readonly retryAfterMs?: number;
  readonly response?: { readonly statusCode: number; readonly body: unknown };
}

/** Returns the error that a promise rejects with. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it did not fail');
}
