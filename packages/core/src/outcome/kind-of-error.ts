import { ownCode } from './error-code.js';
import type { ErrorKind } from './error-kind.js';
import { linksOf } from './error-links.js';
import { isTelling, kindOf } from './network-codes.js';
import type { ErrorOutcome } from './outcome.js';
import { serviceErrorKind } from './service-errors.js';

/** Returns the kind of a failed attempt's error, by the first telling link of its chain. Never throws. */
export function kindOfError({ error, code }: ErrorOutcome): ErrorKind {
  for (const link of linksOf(error)) {
    const kind = serviceErrorKind(link);
    if (kind !== undefined) return kind;
    const own = ownCode(link);
    if (own !== undefined && isTelling(own)) break;
  }
  return kindOf(code);
}
