import { peek } from '../untrusted/safe-read.js';
import { codeOfNodeMessage } from './node-messages.js';

/**
 * Returns the code for the message of a client that describes a network failure in words instead of a code. Undefined
 * for any other message. Only whole messages count: a text that merely mentions a failure proves nothing.
 */
export function codeOfMessage(error: unknown): string | undefined {
  const message = peek(error, 'message');
  if (typeof message !== 'string') return undefined;
  const code = MESSAGES.get(message) ?? codeOfNodeMessage(message);
  if (code !== undefined) return code;
  // The rest are fetch's, which are all TypeErrors. Those of other realms are not instances of this one.
  if (peek(error, 'name') !== 'TypeError') return undefined;
  // undici gives the reason as the cause. A cause without a code (a body that threw) is not a network failure.
  if (message === 'fetch failed') return peek(error, 'cause') === undefined ? 'ERR_NETWORK' : undefined;
  return FETCH_MESSAGES.has(message) || FETCH_WITH_ADDRESS.test(message) ? 'ERR_NETWORK' : undefined;
}

const MESSAGES: ReadonlyMap<string, string> = new Map([
  // axios in browsers, and its mocks
  ['Network Error', 'ERR_NETWORK'],
  // Cloudflare Workers
  ['Network connection lost.', 'ERR_NETWORK'],
]);

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
