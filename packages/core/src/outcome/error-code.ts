import { peek } from '../untrusted/safe-read.js';
import { linksOf } from './error-links.js';
import { isKnown, isTelling, TELLING_NAMES } from './network-codes.js';
import { codeOfMessage } from './network-messages.js';
import { tunnelCode } from './proxy-tunnel.js';

/**
 * Returns the most telling code of an error: the first one that names what happened, on the error, its causes, or the
 * errors that an aggregate gathers. An unknown code, or one that tells little (axios's `ERR_NETWORK`, an abort's),
 * counts only if no inner one tells more. Undefined if there is none.
 *
 * A `TimeoutError`, `AbortError` or `NetworkError` without a code of its own reads as its name. A network failure that
 * a client describes in words (fetch's "Failed to fetch") reads as `ERR_NETWORK`, `ECONNRESET` and the like. Never
 * throws.
 */
export function codeOf(error: unknown): string | undefined {
  let best: string | undefined;
  for (const link of linksOf(error)) {
    const code = ownCode(link);
    if (code === undefined) continue;
    if (isTelling(code)) return code;
    if (best === undefined || isKnown(best) || isKnown(code)) best = code;
  }
  return best;
}

/** Reads one error without its causes: its code, or the code that its name or its message stands for. */
export function ownCode(error: unknown): string | undefined {
  const code = peek(error, 'code');
  const given = typeof code === 'string' && code !== '' ? code : undefined;
  // Some agents give a proxy's refusal the code of a lost connection, whatever its status.
  const tunnel = tunnelCode(error);
  if (tunnel !== undefined) return tunnel;
  // nock gives its refusals the code of a network that cannot be reached.
  if (given !== undefined && given !== 'ENETUNREACH' && isTelling(given)) return given;
  return codeOfMessage(error) ?? (given !== undefined && isKnown(given) ? given : (telltaleName(error) ?? given));
}

function telltaleName(error: unknown): string | undefined {
  const name = peek(error, 'name');
  return typeof name === 'string' && TELLING_NAMES.has(name) ? name : undefined;
}
