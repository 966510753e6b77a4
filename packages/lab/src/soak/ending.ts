/** Result of a call, in a word for both clients. */
export type EndingKind =
  /** With an answer below 400. */
  | 'answered'
  /** With an answer of 400 or more, or with one redirect too many. */
  | 'status'
  /** Refused by the policy: a circuit, a cool-down, a limit. */
  | 'refused'
  /** It, or its last attempt, took too long: by the client's limit or the policy's. */
  | 'timeout'
  | 'cancelled'
  /** The connection broke, or what came over it was broken. */
  | 'network'
  /** With an error that is not one of a client's usual ones. */
  | 'strange';

export interface Ending {
  readonly kind: EndingKind;
  /** The caller's error, for finding its cause. */
  readonly text: string;
}

const REFUSALS: ReadonlySet<unknown> = new Set(['ERR_CIRCUIT_OPEN', 'ERR_COOL_DOWN', 'ERR_LIMITED']);
const TIMEOUTS: ReadonlySet<unknown> = new Set([
  'ERR_ATTEMPT_TIMEOUT',
  'ERR_DEADLINE_EXCEEDED',
  'ECONNABORTED',
  'ETIMEDOUT',
]);
const CANCELS: ReadonlySet<unknown> = new Set(['ERR_CANCELED', 'ERR_ABORTED', 'ABORT_ERR']);
const REDIRECTS: ReadonlySet<unknown> = new Set(['ERR_FR_TOO_MANY_REDIRECTS', 'ERR_TOO_MANY_REDIRECTS']);
const BROKEN: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_CONSTANT',
  'Z_BUF_ERROR',
]);

/** Meaning of an error that a client rejected with. */
export function endingOf(error: unknown, isCancel: boolean): Ending {
  const { name, code, message, response } = error as ClientError;
  const text = [name, code, message].filter((part) => part !== undefined).join(' ');
  const status = response?.status ?? response?.statusCode ?? 0;
  if (isCancel || CANCELS.has(code)) return { kind: 'cancelled', text };
  if (REFUSALS.has(code)) return { kind: 'refused', text };
  if (TIMEOUTS.has(code)) return { kind: 'timeout', text };
  if (status >= 400 || REDIRECTS.has(code)) return { kind: 'status', text };
  // axios's error for a body that broke off, of an answer with a good status.
  const isBroken = BROKEN.has(code) || (code === 'ERR_BAD_RESPONSE' && status > 0);
  return { kind: isBroken ? 'network' : 'strange', text };
}

interface ClientError extends Error {
  readonly code?: string;
  readonly response?: { readonly status?: number; readonly statusCode?: number };
}
