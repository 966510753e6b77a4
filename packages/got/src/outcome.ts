import type { Outcome } from '@breakwater/core';
import { errorOutcome, responseOutcome } from '@breakwater/core/adapter';
import type { GotError, GotResponse } from './got-types.js';

/** An answer, judged by its status whatever `throwHttpErrors` says. */
export function outcomeOfResponse(response: GotResponse): Outcome {
  const { statusCode, headers } = response;
  return responseOutcome({ status: statusCode, headers, response, body: () => bodyOf(response) });
}

/** Any other error than these two carries the response of an attempt that failed for another reason: its body was cut short, say. */
export function outcomeOfError(error: GotError): Outcome {
  const isAnswer = error.name === 'HTTPError' || error.name === 'RetryError';
  return isAnswer && isResponse(error.response) ? outcomeOfResponse(error.response) : errorOutcome(error);
}

export function isResponse(value: unknown): value is GotResponse {
  return typeof value === 'object' && value !== null && typeof (value as Partial<GotResponse>).statusCode === 'number';
}

/** `.json()` parses after the last attempt: here the body is what came over the wire, or what `responseType` made of it. */
function bodyOf({ body }: GotResponse): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
