import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Decides if a request may see the page, or act on it, and names its user: a name, an object with a name, or true.
 * Anything else denies, including an error or a rejection. It may set a status and headers for the denial, such as 401
 * and `WWW-Authenticate`.
 */
export type Authorize = (request: IncomingMessage, response: ServerResponse) => Authorized | PromiseLike<Authorized>;

/** User of a request; false, null or undefined denies it. */
export type Authorized = boolean | string | { readonly name: string } | null | undefined;

/** Result of the check. */
export type AccessDecision = { readonly allowed: true; readonly name: string } | { readonly allowed: false };

const UNNAMED = 'an operator without a name';
const MAX_NAME_LENGTH = 100;

/** Calls the user's function. Never rejects. */
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

/** Returns a name that can be logged: it must not begin new lines there. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
