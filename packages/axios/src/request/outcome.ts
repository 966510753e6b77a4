import type { Outcome } from '@breakwater/core';
import {
  type ClientTraits,
  outcomeOfError as causeOf,
  discardBody,
  errorOutcome,
  responseOutcome,
  valueOutcome,
} from '@breakwater/core/adapter';

/** Traits of axios's answers and errors. Its adapters end an attempt themselves when the request is cancelled. */
export const axiosTraits: ClientTraits = {
  outcomeOf: outcomeOf,
  outcomeOfError: outcomeOfError,
  statusOf,
  discard,
  endsOnAbort: true,
  oneRequestPerAttempt: true,
};

/** Traits for attempts that can end in a way that axios does not know: they are raced against their signal. */
export const racedTraits: ClientTraits = {
  outcomeOf: outcomeOf,
  outcomeOfError: outcomeOfError,
  discard,
  oneRequestPerAttempt: true,
};

function outcomeOf(response: unknown): Outcome {
  return asResponse(response) ?? valueOutcome(response);
}

/**
 * Judges an answer by its status, whatever `validateStatus` returns. An answer below 400 whose body never ended, so
 * that axios did not set `data`, is a failure.
 */
function outcomeOfError(error: unknown): Outcome {
  const { response } = (error ?? {}) as { readonly response?: unknown };
  const answered = asResponse(response);
  // The fetch adapter of 1.13.3 has the answer only in the error's cause.
  if (answered === undefined) return causeOf(error);
  const isWhole = answered.status >= 400 || 'data' in (response as object);
  return isWhole ? answered : errorOutcome(error);
}

function discard(result: Outcome): void {
  if (result.kind === 'response') discardBody(result.response);
}

function asResponse(value: unknown): Extract<Outcome, { kind: 'response' }> | undefined {
  const status = statusOf(value);
  if (status === undefined) return undefined;
  const { headers } = value as { readonly headers?: unknown };
  return responseOutcome({ status, headers, response: value });
}

function statusOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { status } = value as { readonly status?: unknown };
  // Browsers give 0 if there is no answer with a status: for a file, or an opaque response.
  return typeof status === 'number' && status !== 0 ? status : undefined;
}
