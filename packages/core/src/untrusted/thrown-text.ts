import { peek } from './safe-read.js';

/**
 * Describes what a user's function threw: the error's name, and its code if it has one. Never its message, which may
 * quote a body, a URL or a token. Never throws.
 */
export function thrownText(error: unknown): string {
  const kind = wordIn(peek(error, 'name')) ?? (error === null ? 'null' : typeof error);
  const code = wordIn(peek(error, 'code'));
  return `threw ${kind}${code === undefined ? '' : ` (${code})`}`;
}

/** Returns a name or code if it is one word. Anything else may be a caller's data. */
function wordIn(value: unknown): string | undefined {
  return typeof value === 'string' && WORD.test(value) ? value : undefined;
}

const WORD = /^[A-Za-z_$][\w$]{0,63}$/;
