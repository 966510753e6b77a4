import type { AxiosError } from 'axios';

/**
 * Tells if there was no answer, for a reason that another attempt may avoid. False for timeouts and cancels, and if the
 * policy has ended an attempt: the request may have arrived.
 */
// biome-ignore lint/suspicious/noExplicitAny: as axios-retry declares it
export function isNetworkError(error: any): boolean {
  const { response, code } = error as { response?: unknown; code?: unknown };
  return !response && Boolean(code) && !SENT_PERHAPS.has(code) && !NOT_MENDED.has(code);
}

/** Tells if the error is not a timeout, and its answer, if there is one, is a 429 or a 5xx. */
export function isRetryableError({ code, response }: AxiosError): boolean {
  if (code === 'ECONNABORTED') return false;
  return !response || response.status === 429 || (response.status >= 500 && response.status <= 599);
}

/** Tells if it is a {@link isRetryableError} and the method only reads: GET, HEAD or OPTIONS. */
export function isSafeRequestError(error: AxiosError): boolean {
  return SAFE_METHODS.has(error.config?.method) && isRetryableError(error);
}

/** Tells if it is a {@link isRetryableError} and the method may be repeated: GET, HEAD, OPTIONS, PUT or DELETE. */
export function isIdempotentRequestError(error: AxiosError): boolean {
  return IDEMPOTENT_METHODS.has(error.config?.method) && isRetryableError(error);
}

/** Tells if it is a {@link isNetworkError} or {@link isIdempotentRequestError}. */
export function isNetworkOrIdempotentRequestError(error: AxiosError): boolean {
  return isNetworkError(error) || isIdempotentRequestError(error);
}

const SAFE_METHODS: ReadonlySet<unknown> = new Set(['get', 'head', 'options']);
const IDEMPOTENT_METHODS: ReadonlySet<unknown> = new Set([...SAFE_METHODS, 'put', 'delete']);

const SENT_PERHAPS: ReadonlySet<unknown> = new Set([
  'ERR_CANCELED',
  'ECONNABORTED',
  'ERR_ATTEMPT_TIMEOUT',
  'ERR_DEADLINE_EXCEEDED',
]);

/**
 * Codes of failures that another attempt cannot avoid: unknown names, unreachable networks, invalid certificates. The
 * same as in is-retry-allowed.
 */
const NOT_MENDED: ReadonlySet<unknown> = new Set([
  'ENOTFOUND',
  'ENETUNREACH',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'OUT_OF_MEM',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
]);
