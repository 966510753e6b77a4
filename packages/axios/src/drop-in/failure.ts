import { type FullResponse, statusError } from '../axios-types.js';
import type { DropInConfig, FailedRequest } from './retry-rule.js';

/** A failed attempt: its error, and the answer that the caller still gets if `validateStatus` has accepted it. */
export interface Failure {
  readonly error: FailedRequest;
  readonly answer?: FullResponse;
}

/** Returns the error of a rejection if it belongs to a request; undefined if it has no config. */
export function failureIn(error: unknown): Failure | undefined {
  return hasConfig(error) ? { error: error as FailedRequest } : undefined;
}

/**
 * Returns the failure in an answer that `validateStatus` has accepted, if its status always counts as a failure: 429 or
 * 5xx. If `validateStatus` has not accepted it, an interceptor has turned the error into this answer, which then
 * stands.
 */
export function failureInAcceptedResponse(value: unknown): Failure | undefined {
  if (!hasConfig(value)) return undefined;
  const answer = value as FullResponse;
  const { status, config } = answer;
  if (status !== 429 && !(status >= 500)) return undefined;
  const { validateStatus } = config as DropInConfig;
  if (validateStatus && !validateStatus(status)) return undefined;
  return { error: statusError(answer) as unknown as FailedRequest, answer };
}

/** Returns the result of an attempt after all interceptors. Throws an error that has no config. */
export async function outcomeOf(
  attempt: Promise<unknown>,
): Promise<{ readonly failure: Failure } | { readonly failure: undefined; readonly value: unknown }> {
  try {
    const value = await attempt;
    const failure = failureInAcceptedResponse(value);
    return failure === undefined ? { failure, value } : { failure };
  } catch (error) {
    const failure = failureIn(error);
    if (failure === undefined) throw error;
    return { failure };
  }
}

function hasConfig(value: unknown): value is { readonly config: object } {
  if (typeof value !== 'object' || value === null) return false;
  const { config } = value as { config?: unknown };
  return typeof config === 'object' && config !== null;
}
