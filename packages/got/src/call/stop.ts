import type { GotError } from '../got-types.js';
import { copyRefusal, type Refusal } from '../resilience-error.js';

/** Why got must not make another attempt. */
export type Stop =
  /** The user's options or hooks failed the call: got's error is the caller's. */
  | { readonly kind: 'user-error' }
  /** An error of the policy ends the call, unless an earlier attempt was answered. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The latest attempt's own error ends the call, even if another error came after it. */
  | { readonly kind: 'answered'; readonly answer: GotError };

/**
 * Returns the error that the caller gets. `answer`: the error of the latest attempt that was answered, if there is one.
 */
export function callersError(stop: Stop | undefined, error: GotError, answer: GotError | undefined): GotError {
  switch (stop?.kind) {
    case 'refused':
      return answer ?? copyRefusal(stop.refusal, error);
    case 'answered':
      return stop.answer;
    case 'user-error':
    case undefined:
      return error;
  }
}
