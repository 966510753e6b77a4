import type { ErrorKind } from './error-kind.js';

// A bundle for browsers has `browser-errors.ts` in place of this file.

/**
 * Returns the meaning of a code that only Node, its clients and similar hosts such as Bun use; undefined for any other.
 */
export function nodeCodeKind(code: string): ErrorKind | undefined {
  const kind = KINDS.get(code);
  if (kind !== undefined) return kind;
  // Malformed HTTP (llhttp), and OpenSSL's errors for a failed handshake or record.
  return code.startsWith('HPE_') || code.startsWith('ERR_SSL_') ? 'lost' : undefined;
}

/** Tells if a code of Node's is one whose cause tells more. */
export function isGenericInNode(code: string): boolean {
  return GENERIC.has(code);
}

const ABORT_CODES = ['UND_ERR_ABORT', 'UND_ERR_ABORTED'];

const GENERIC: ReadonlySet<string> = new Set([
  // follow-redirects
  'ERR_FR_REDIRECTION_FAILURE',
  'ERR_FR_TOO_MANY_REDIRECTS',
  // got
  'ERR_READING_RESPONSE_STREAM',
  // undici
  'UND_ERR_INFO',
  ...ABORT_CODES,
]);

const KINDS: ReadonlyMap<string, ErrorKind> = new Map([
  ...all('unreached', [
    // The connection was closed before it was made
    'ERR_SOCKET_CLOSED_BEFORE_CONNECTION',
    // DNS: getaddrinfo, then c-ares (`ETIMEOUT` is its own spelling)
    'EAI_AGAIN',
    'EAI_FAIL',
    'EAI_NODATA',
    'EAI_NONAME',
    'ENODATA',
    'ESERVFAIL',
    'EREFUSED',
    'ETIMEOUT',
    // No connection in time
    'ERR_SOCKET_CONNECTION_TIMEOUT',
    'UND_ERR_CONNECT_TIMEOUT',
    // A proxy could not reach the server
    'ERR_PROXY_TUNNEL',
    // HTTP/2: the session takes no new streams
    'ERR_HTTP2_GOAWAY_SESSION',
    'ERR_HTTP2_INVALID_SESSION',
    'ERR_HTTP2_OUT_OF_STREAMS',
    // postgres.js
    'CONNECT_TIMEOUT',
    // Bun
    'ConnectionRefused',
    'FailedToOpenSocket',
  ]),
  ...all('lost', [
    // The operating system's. ECANCELED is the result of a write whose connection is lost
    'ECANCELED',
    'ENOTCONN',
    'ESHUTDOWN',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'ENETUNREACH',
    // The `request` package's, and those of its successors
    'ESOCKETTIMEDOUT',
    // Node's: a connection or a body that ended early. Z_BUF_ERROR is a compressed body that stops short
    'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
    'ERR_SOCKET_CLOSED',
    'ERR_STREAM_PREMATURE_CLOSE',
    'Z_BUF_ERROR',
    // HTTP/2
    'ERR_HTTP2_ERROR',
    'ERR_HTTP2_PING_CANCEL',
    'ERR_HTTP2_SESSION_ERROR',
    'ERR_HTTP2_STREAM_CANCEL',
    'ERR_HTTP2_STREAM_ERROR',
    // TLS: a handshake or a record that went wrong, certificates aside
    'EPROTO',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
    // A proxy
    'UND_ERR_PRX_TLS',
    // undici
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_INFO',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    'UND_ERR_SOCKET',
    'HTTPParserError',
    // got
    'ERR_READING_RESPONSE_STREAM',
    // postgres.js
    'CONNECTION_CLOSED',
    // Bun
    'ConnectionClosed',
  ]),
  ...all('starved', [
    // No free port, no such address family, no file descriptor, no memory
    'EADDRINUSE',
    'EADDRNOTAVAIL',
    'EAFNOSUPPORT',
    'EMFILE',
    'ENFILE',
    'ENOBUFS',
  ]),
  ...all('untrusted', [
    // https://nodejs.org/api/tls.html#x509-certificate-error-codes
    'CERT_CHAIN_TOO_LONG',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_REJECTED',
    'CERT_REVOKED',
    'CERT_SIGNATURE_FAILURE',
    'CERT_UNTRUSTED',
    'CRL_HAS_EXPIRED',
    'CRL_NOT_YET_VALID',
    'CRL_SIGNATURE_FAILURE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
    'ERROR_IN_CERT_NOT_BEFORE_FIELD',
    'ERROR_IN_CRL_LAST_UPDATE_FIELD',
    'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
    'ERR_TLS_CERT_ALTNAME_FORMAT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
    'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
    'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
    'UNABLE_TO_GET_CRL',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ]),
  ...all('final', [
    // A proxy that refuses us
    'ERR_PROXY_REFUSED',
    // TLS: the two sides share no version or cipher, or the server rejects our certificate
    'ERR_SSL_NO_CIPHERS_AVAILABLE',
    'ERR_SSL_NO_PROTOCOLS_AVAILABLE',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
    'ERR_SSL_UNSUPPORTED_PROTOCOL',
    // More headers than the client accepts
    'HPE_HEADER_OVERFLOW',
    'UND_ERR_HEADERS_OVERFLOW',
    // Redirects that fail
    'ERR_FR_REDIRECTION_FAILURE',
    'ERR_FR_TOO_MANY_REDIRECTS',
    // A mock refused the request: the test has to change
    'ERR_NOT_MOCKED',
    ...ABORT_CODES,
  ]),
]);

function all(kind: ErrorKind, codes: readonly string[]): [string, ErrorKind][] {
  return codes.map((code) => [code, kind]);
}
