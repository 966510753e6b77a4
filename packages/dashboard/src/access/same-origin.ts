import type { IncomingMessage } from 'node:http';

/**
 * Tells if a request was made by a page of the same origin. Browsers set `Sec-Fetch-Site` themselves; those that do not
 * know it, or use plain HTTP, send `Origin` with every POST. A request with neither does not come from a page.
 */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const authority: unknown = headers[':authority'];
  const host = typeof authority === 'string' ? authority : headers.host;
  if (headers.origin === undefined || host === undefined) return false;
  try {
    const origin = new URL(headers.origin);
    return origin.host !== '' && origin.host === new URL(`${origin.protocol}//${host}`).host;
  } catch {
    return false;
  }
}
