import { peek } from '../untrusted/safe-read.js';

/**
 * Returns the code for a message of a client that puts a network failure in words instead of a code; undefined for any
 * other message. Only whole messages count: a text that merely mentions a failure proves nothing.
 */
export function codeOfMessage(error: unknown): string | undefined {
  const message = peek(error, 'message');
  if (typeof message !== 'string') return undefined;
  const code = MESSAGES.get(message) ?? (NOT_MOCKED.test(message) ? 'ERR_NOT_MOCKED' : undefined);
  if (code !== undefined) return code;
  // The rest are fetch's, and all of fetch's are TypeErrors. Those of other realms are no instances of ours.
  if (peek(error, 'name') !== 'TypeError') return undefined;
  // undici gives the reason as the cause, and one without a code (a body that threw) is none of the network's.
  if (message === 'fetch failed') return peek(error, 'cause') === undefined ? 'ERR_NETWORK' : undefined;
  return FETCH_MESSAGES.has(message) || FETCH_WITH_ADDRESS.test(message) ? 'ERR_NETWORK' : undefined;
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
  // axios in browsers, and its mocks
  ['Network Error', 'ERR_NETWORK'],
  // msw's HttpResponse.error(), in Node
  ['Network error', 'ERR_NETWORK'],
  // Cloudflare Workers
  ['Network connection lost.', 'ERR_NETWORK'],
  // undici's reasons for what fetch would not do
  ['bad port', 'ERR_INVALID_URL'],
  ['redirect count exceeded', 'ERR_TOO_MANY_REDIRECTS'],
  ['unexpected redirect', 'ERR_TOO_MANY_REDIRECTS'],
  ['unknown scheme', 'ERR_UNSUPPORTED_PROTOCOL'],
]);

/**
 * A mock refused a request that it does not expect: nock with `disableNetConnect()`, msw with
 * `onUnhandledRequest: 'error'`.
 */
const NOT_MOCKED = /^Nock: Disallowed net connect for "|^\[MSW\] Cannot bypass a request /;

const FETCH_MESSAGES: ReadonlySet<string> = new Set([
  // undici, in mid-body
  'terminated',
  // Chromium, the second in mid-body
  'Failed to fetch',
  'network error',
  // Firefox, the second in mid-body
  'NetworkError when attempting to fetch resource.',
  'Error in input stream',
  // Safari: since 17, and before
  'Load failed',
  'A server with the specified hostname could not be found.',
  'Could not connect to the server.',
  'The Internet connection appears to be offline.',
  'The network connection was lost.',
  'The request timed out.',
  // React Native and the fetch polyfill
  'Network request failed',
  'Network request timed out',
  // Cloudflare Workers
  'Network connection lost',
]);

/** Chromium and Safari may add the host, and Deno the URL. */
const FETCH_WITH_ADDRESS = /^(?:Failed to fetch|Load failed) \([^()]+\)$|^error sending request for url /;
