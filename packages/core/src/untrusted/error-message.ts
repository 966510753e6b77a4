import { peek } from './safe-read.js';

/** Returns an error's message; never the error itself, which may contain data that must not be logged. */
export function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  // Parsers quote what they could not parse, which is often a body.
  if (peek(error, 'name') === 'SyntaxError') return 'SyntaxError';
  const message = isError(error) ? peek(error, 'message') : undefined;
  return typeof message === 'string' ? message : typeof error;
}

function isError(error: unknown): boolean {
  try {
    return error instanceof Error;
  } catch {
    return false;
  }
}
