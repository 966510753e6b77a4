import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Decides if a request may see the page, or act on it, and whose it is: a name, an object with a name, or true.
 * Anything else denies, and so does a throw or a rejection. It may set a status and headers for the denial, such as 401
 * and `WWW-Authenticate`.
 */
export type Authorize = (request: IncomingMessage, response: ServerResponse) => Authorized | PromiseLike<Authorized>;

/** Owner of a request; false, null or undefined: it is denied. */
export type Authorized = boolean | string | { readonly name: string } | null | undefined;

/** Result of the check. */
export type AccessDecision = { readonly allowed: true; readonly name: string } | { readonly allowed: false };

const UNNAMED = 'an operator without a name';
const MAX_NAME_LENGTH = 100;

/** Asks the user's function. Never rejects. */
export async function ask(
  authorize: Authorize,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<AccessDecision> {
  try {
    return decisionOf(await authorize(request, response));
  } catch {
    return { allowed: false };
  }
}

function decisionOf(answer: unknown): AccessDecision {
  if (answer === true) return { allowed: true, name: UNNAMED };
  const name = typeof answer === 'object' && answer !== null ? (answer as { name?: unknown }).name : answer;
  if (typeof name !== 'string' || name === '') return { allowed: false };
  return { allowed: true, name: printable(name).slice(0, MAX_NAME_LENGTH) || UNNAMED };
}

/** A name goes into logs: it must not begin lines of its own there. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
