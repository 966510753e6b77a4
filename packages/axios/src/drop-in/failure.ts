import { type FullResponse, statusError } from '../axios-types.js';
import type { DropInConfig, FailedRequest } from './retry-rule.js';

/** A failed attempt: its error, and the answer that the caller gets all the same where `validateStatus` has let it through. */
export interface Failure {
  readonly error: FailedRequest;
  readonly answer?: FullResponse;
}

/** A rejection's error as that of a request; undefined where it has no config to tell. */
export function failureIn(error: unknown): Failure | undefined {
  return hasConfig(error) ? { error: error as FailedRequest } : undefined;
}

/**
 * The failure in an answer that `validateStatus` has let through, of a status that is a failure by any measure: 429 or 5xx. Where
 * it has not, an interceptor has made the best of an error, and that is its word.
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

/** What an attempt came to, once interceptors have had their say. An error without a config goes on its way. */
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
