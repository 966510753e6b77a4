import { describe, expect, it } from '@jest/globals';
import type { ErrorKind } from './error-kind.js';
import { isKnown, isTelling, kindOf, TELLING_NAMES } from './network-codes.js';

describe('kindOf', () => {
  it.each<[ErrorKind, string[]]>([
    ['unreached', ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'UND_ERR_CONNECT_TIMEOUT']],
    ['unreached', ['ERR_SOCKET_CLOSED_BEFORE_CONNECTION', 'ERR_HTTP2_GOAWAY_SESSION']],
    ['lost', ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN']],
    ['lost', ['ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'EPROTO', 'ERR_NETWORK', 'TimeoutError', 'Z_BUF_ERROR']],
    ['lost', ['UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']],
    ['lost', ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'ERR_STREAM_PREMATURE_CLOSE']],
    ['lost', ['ERR_HTTP2_STREAM_ERROR', 'ERR_HTTP2_SESSION_ERROR', 'ERR_ATTEMPT_TIMEOUT', 'ERR_DEADLINE_EXCEEDED']],
    ['lost', ['HPE_INVALID_CONSTANT', 'HPE_INVALID_CHUNK_SIZE', 'ERR_SSL_WRONG_VERSION_NUMBER']],
    ['starved', ['EADDRNOTAVAIL', 'EADDRINUSE', 'EMFILE', 'ENFILE', 'ENOBUFS']],
    ['untrusted', ['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']],
    ['untrusted', ['ERR_TLS_CERT_ALTNAME_INVALID', 'SELF_SIGNED_CERT_IN_CHAIN']],
    ['final', ['ERR_CIRCUIT_OPEN', 'ERR_COOL_DOWN', 'ERR_LIMITED', 'ERR_CANCELED', 'ABORT_ERR', 'AbortError']],
    ['final', ['ERR_BAD_REQUEST', 'ERR_BAD_RESPONSE', 'ERR_INVALID_URL', 'ERR_FR_TOO_MANY_REDIRECTS']],
    ['final', ['HPE_HEADER_OVERFLOW', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA']],
  ])('is %s for %j', (kind, codes) => {
    expect(codes.map((code) => [code, kindOf(code), isKnown(code)])).toEqual(codes.map((code) => [code, kind, true]));
  });

  it.each([[undefined], [''], ['E_BILLING'], ['ERR_INVALID_ARG_TYPE'], ['econnreset'], ['__proto__'], ['constructor']])(
    'is final for an unknown code: %p',
    (code) => {
      expect(kindOf(code)).toBe('final');
      expect(isKnown(String(code))).toBe(false);
      expect(isTelling(String(code))).toBe(false);
    },
  );
});

describe('isTelling', () => {
  it.each([['ECONNRESET'], ['HPE_INVALID_CONSTANT'], ['CERT_HAS_EXPIRED'], ['ERR_CIRCUIT_OPEN'], ['TimeoutError']])(
    'holds for a code that names what happened: %s',
    (code) => {
      expect(isTelling(code)).toBe(true);
    },
  );

  it.each([
    ['ERR_NETWORK'],
    ['ERR_BAD_RESPONSE'],
    ['ERR_BAD_REQUEST'],
    ['ERR_FR_TOO_MANY_REDIRECTS'],
    ['ERR_READING_RESPONSE_STREAM'],
    ['ERR_CANCELED'],
    ['ABORT_ERR'],
    ['AbortError'],
  ])('does not hold for a code that hides its cause: %s', (code) => {
    expect(isTelling(code)).toBe(false);
    expect(isKnown(code)).toBe(true);
  });
});

it('knows every name that is used as a code', () => {
  expect([...TELLING_NAMES].filter((name) => !isKnown(name))).toEqual([]);
});
