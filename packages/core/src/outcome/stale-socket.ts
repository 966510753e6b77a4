import { peek } from '../untrusted/safe-read.js';
import { linksOf } from './error-links.js';

/**
 * Tells if a request failed because the server had closed its kept-alive connection: the connection ended before any
 * answer, and had carried a request before. Such a failure proves nothing about the server. The server may have read
 * the request, though.
 *
 * Node marks a request that was given a used socket (`reusedSocket`, see "http.Agent" in Node's documentation).
 * follow-redirects, which axios uses, and got keep that request inside their own.
 */
export function isStaleSocket(error: unknown): boolean {
  for (const link of linksOf(error)) {
    if (!ENDED.has(peek(link, 'code')) || peek(link, 'response') !== undefined) continue;
    const request = peek(link, 'request');
    if ([request, peek(request, '_currentRequest'), peek(request, '_request')].some(hasUsedSocket)) return true;
  }
  return false;
}

const ENDED: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Tells if a request used a kept-alive socket. The streams of an HTTP/2 session are marked too, though they share a
 * live connection; only Node's HTTP/1 requests have `shouldKeepAlive`.
 */
function hasUsedSocket(request: unknown): boolean {
  if (peek(request, 'reusedSocket') !== true || peek(request, 'res') != null) return false;
  return typeof peek(request, 'shouldKeepAlive') === 'boolean';
}
