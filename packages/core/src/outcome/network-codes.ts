/** Meaning of an error's code for the attempt. */
export type ErrorKind =
  /** There never was a connection: the server saw nothing of the request. */
  | 'unreached'
  /** The connection broke, went silent or brought gibberish: how far the request got is not known. */
  | 'lost'
  /** Our own host has run out of something: no information about the server. */
  | 'starved'
  /** The server could not prove its identity: nothing was sent, and trying again changes nothing. */
  | 'untrusted'
  /** The server answered that this caller, or all, ask for too much. */
  | 'throttled'
  /**
   * The server answered that another caller was first (a deadlock, a lock, a changing leader): it is alive, and trying
   * again helps.
   */
  | 'contended'
  /** The server answered that it has failed, in a way that trying again does not change. */
  | 'broken'
  /** The server answered: it is alive, and its answer is final. */
  | 'answered'
  /** Trying again changes nothing, or there is no telling whether it would. */
  | 'final';

/** Returns the meaning of a code; `final` for an unknown one. */
export function kindOf(code: string | undefined): ErrorKind {
  return (code === undefined ? undefined : knownKind(code)) ?? 'final';
}

/** Tells if a code names what happened: a known one, and not one of the generic ones. */
export function isTelling(code: string): boolean {
  return knownKind(code) !== undefined && !GENERIC.has(code);
}

/** Tells if a code is known, telling or generic. */
export function isKnown(code: string): boolean {
  return knownKind(code) !== undefined;
}

function knownKind(code: string): ErrorKind | undefined {
  const kind = KINDS.get(code);
  if (kind !== undefined) return kind;
  // Malformed HTTP (llhttp), and what OpenSSL makes of a handshake or a record that went wrong.
  return code.startsWith('HPE_') || code.startsWith('ERR_SSL_') ? 'lost' : undefined;
}

/** The names of errors that have no code, or a number: as telling as a code. */
export const TELLING_NAMES: ReadonlySet<string> = new Set([
  'TimeoutError', // AbortSignal.timeout, ky, p-timeout
  'AbortError',
  'NetworkError', // DOMException
  'HTTPParserError', // undici, where llhttp gives no code
]);

const ABORT_CODES = ['ABORT_ERR', 'AbortError', 'ERR_ABORTED', 'ERR_CANCELED', 'UND_ERR_ABORT', 'UND_ERR_ABORTED'];

/** Known codes whose cause tells more. They are used if no cause has a more telling code. */
const GENERIC: ReadonlySet<string> = new Set([
  // axios and follow-redirects
  'ERR_NETWORK',
  'ERR_BAD_RESPONSE',
  'ERR_BAD_REQUEST',
  'ERR_FR_REDIRECTION_FAILURE',
  'ERR_FR_TOO_MANY_REDIRECTS',
  // got
  'ERR_READING_RESPONSE_STREAM',
  // undici
  'UND_ERR_INFO',
  // An abort whose cause is its reason: often a timeout
  ...ABORT_CODES,
]);

const KINDS: ReadonlyMap<string, ErrorKind> = new Map([
  ...all('unreached', [
    // No process listens there
    'ECONNREFUSED',
    'ERR_SOCKET_CLOSED_BEFORE_CONNECTION',
    // DNS: getaddrinfo, then c-ares (`ETIMEOUT` is its own spelling)
    'ENOTFOUND',
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
    // Bun
    'ConnectionRefused',
    'FailedToOpenSocket',
  ]),
  ...all('lost', [
    // The operating system's. ECONNABORTED is also axios's name for a timeout, and ECANCELED what becomes of a write
    // when its connection goes
    'ECANCELED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTCONN',
    'ESHUTDOWN',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'ENETUNREACH',
    // The `request` package's, and what grew out of it
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
    // axios, got
    'ERR_NETWORK',
    'ERR_READING_RESPONSE_STREAM',
    // The web's
    'NetworkError',
    'TimeoutError',
    // Bun
    'ConnectionClosed',
    // Ours
    'ERR_ATTEMPT_TIMEOUT',
    'ERR_DEADLINE_EXCEEDED',
  ]),
  ...all('starved', [
    // No port left, no such address family, no file descriptor, no memory
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
    // Refusals of a policy further in. What tripped a circuit may stand as their cause, and is not what happened here
    'ERR_CIRCUIT_OPEN',
    'ERR_COOL_DOWN',
    'ERR_LIMITED',
    // A proxy that does not let us through
    'ERR_PROXY_REFUSED',
    // TLS: the two sides share no version or cipher, or the server does not take our certificate
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
    // More headers than the client takes
    'HPE_HEADER_OVERFLOW',
    'UND_ERR_HEADERS_OVERFLOW',
    // URLs that cannot be asked, and redirects without end
    'ERR_FR_REDIRECTION_FAILURE',
    'ERR_FR_TOO_MANY_REDIRECTS',
    'ERR_INVALID_URL',
    'ERR_TOO_MANY_REDIRECTS',
    'ERR_UNSUPPORTED_PROTOCOL',
    // axios: an answer or a request that makes no sense; a network error has a more telling code or cause
    'ERR_BAD_REQUEST',
    'ERR_BAD_RESPONSE',
    // A mock refused the request: it is the test that has to change
    'ERR_NOT_MOCKED',
    // Something aborted, and it was not the caller
    ...ABORT_CODES,
  ]),
]);

function all(kind: ErrorKind, codes: readonly string[]): [string, ErrorKind][] {
  return codes.map((code) => [code, kind]);
}
