// A bundle for browsers has `browser-errors.ts` in place of this file.

/**
 * Returns the code for a message of Node, of its clients or of a mock that runs in it; undefined for any other message.
 */
export function codeOfNodeMessage(message: string): string | undefined {
  return MESSAGES.get(message) ?? (NOT_MOCKED.test(message) ? 'ERR_NOT_MOCKED' : undefined);
}

const MESSAGES: ReadonlyMap<string, string> = new Map([
  // Node
  ['socket hang up', 'ECONNRESET'],
  // axios: the answer broke off. The second is the wording of 1.0 to 1.7 without a size limit
  ['stream has been aborted', 'ECONNRESET'],
  ['maxContentLength size of -1 exceeded', 'ECONNRESET'],
  ['error request aborted', 'ECONNRESET'],
  // got's HTTP/2: http2-wrapper up to 15, its own since 16. The server reset the stream or ended the session
  ['The HTTP/2 stream has been early terminated', 'ERR_HTTP2_STREAM_ERROR'],
  ['The server aborted the HTTP/2 stream', 'ERR_HTTP2_STREAM_ERROR'],
  // No stream was opened
  ['The session is gracefully closing. No new streams are allowed.', 'ERR_HTTP2_GOAWAY_SESSION'],
  ['The session has been closed already', 'ERR_HTTP2_INVALID_SESSION'],
  ['Session closed without receiving a SETTINGS frame', 'ERR_HTTP2_INVALID_SESSION'],
  ['The HTTP/2 session closed before settings were received', 'ERR_HTTP2_INVALID_SESSION'],
  // ioredis
  ['Connection is closed.', 'ECONNRESET'],
  ['Command timed out', 'ETIMEDOUT'],
  ["Stream isn't writeable and enableOfflineQueue options is false", 'ENOTCONN'],
  // node-redis
  ['Socket closed unexpectedly', 'ECONNRESET'],
  ['Connection timeout', 'ETIMEDOUT'],
  ['The client is offline', 'ENOTCONN'],
  // msw's HttpResponse.error(), in Node
  ['Network error', 'ERR_NETWORK'],
  // undici's reasons for requests that fetch refuses to make
  ['bad port', 'ERR_INVALID_URL'],
  ['redirect count exceeded', 'ERR_TOO_MANY_REDIRECTS'],
  ['unexpected redirect', 'ERR_TOO_MANY_REDIRECTS'],
  ['unknown scheme', 'ERR_UNSUPPORTED_PROTOCOL'],
]);

/**
 * Messages of mocks that refuse an unexpected request: nock with `disableNetConnect()`, msw with `onUnhandledRequest:
 * 'error'`.
 */
const NOT_MOCKED = /^Nock: Disallowed net connect for "|^\[MSW\] Cannot bypass a request /;
