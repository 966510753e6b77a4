import type { Outcome } from '@breakwater/core';
import { errorOutcome, responseOutcome } from '@breakwater/core/adapter';
import type { GotError, GotResponse } from './got-types.js';

/**
 * Judges an answer by its status, whatever `throwHttpErrors` is. Its body is the one from the wire, since `.json()`
 * parses later.
 */
export function outcomeOfResponse(response: GotResponse): Outcome {
  const { statusCode, headers } = response;
  return responseOutcome({ status: statusCode, headers, response });
}

/**
 * Returns the outcome of an error. Only these two classes stand for their response: the attempt behind any other error
 * failed for another reason.
 */
export function outcomeOfError(error: GotError): Outcome {
  const isAnswer = error.name === 'HTTPError' || error.name === 'RetryError';
  return isAnswer && isResponse(error.response) ? outcomeOfResponse(error.response) : errorOutcome(error);
}

export function isResponse(value: unknown): value is GotResponse {
  return typeof value === 'object' && value !== null && typeof (value as Partial<GotResponse>).statusCode === 'number';
}
