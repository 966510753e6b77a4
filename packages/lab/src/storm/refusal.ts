const REFUSAL_CODES: ReadonlySet<unknown> = new Set([
  'ERR_CIRCUIT_OPEN',
  'ERR_COOL_DOWN',
  'ERR_LIMITED',
  // opossum's
  'EOPENBREAKER',
]);

/**
 * Tells if the library refused the call, ours or a peer's: the caller's error is the library's own, and no answer of
 * the server.
 */
export function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, isBrokenCircuitError } = error as { code?: unknown; isBrokenCircuitError?: unknown };
  return REFUSAL_CODES.has(code) || isBrokenCircuitError === true;
}
