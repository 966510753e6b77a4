import { peek } from './safe-read.js';

/** The remains of a failure after its call: frozen plain data without a trace of the request or its answer. */
export interface FailureDigest {
  /** The error's class name: `AxiosError`, `HTTPError`. `FailedResponseError` for an answer that came as a value. */
  readonly name: string;
  /** The error's code, if it has one. */
  readonly code: string | undefined;
  /** The answer's status, if there was an answer. */
  readonly status: number | undefined;
}

/** Describes a failure without keeping it alive. Never throws. */
export function digestOf(failure: unknown, code: unknown, status: unknown): FailureDigest {
  return Object.freeze({
    name: identifierIn(peek(failure, 'name')) ?? 'Error',
    code: codeIn(code) ?? codeIn(peek(failure, 'code')),
    status: Number.isInteger(status) ? (status as number) : undefined,
  });
}

/** Returns a code that is safe to show; undefined for text that cannot be a code, which may be a caller's data. */
export function codeIn(code: unknown): string | undefined {
  if (Number.isInteger(code)) return String(code);
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

function identifierIn(name: unknown): string | undefined {
  return typeof name === 'string' && IDENTIFIER.test(name) ? name : undefined;
}

// Names and codes are words. Free text, addresses and tokens with other characters do not match.
const IDENTIFIER = /^[A-Za-z_$][\w$]{0,63}$/;
const CODE = /^[A-Za-z0-9][\w.:-]{0,63}$/;
