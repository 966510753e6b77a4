import { discardBody } from '../outcome/discard-body.js';
import { outcomeOf, outcomeOfError } from '../outcome/outcome.js';
import type { ClientTraits } from '../session/call-options.js';

/**
 * The traits of functions that `execute` runs. They may throw anything, and a value that looks like a response is one.
 */
export const plainTraits: ClientTraits = {
  outcomeOf,
  outcomeOfError,
  discard: (result) => {
    if (result.kind === 'response') discardBody(result.response);
  },
};
