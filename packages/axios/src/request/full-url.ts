import type { RequestConfig } from '../axios-types.js';

/** Returns the URL of a request without its `params`, as axios builds it; undefined if it has none. */
export function fullUrl(config: RequestConfig): string | undefined {
  const own = ownUrl(config);
  const base = baseOf(config, own);
  if (base === undefined) return own === '' ? undefined : onPage(own, own);
  return onPage(own === '' ? base : `${withoutSlashAtEnd(base)}/${withoutSlashes(own)}`, base);
}

/**
 * Returns the beginning of the URL: `baseURL`, or the request's own URL if that is absolute. Finding its origin is
 * faster than building the full URL.
 */
export function urlStart(config: RequestConfig): string | undefined {
  const own = ownUrl(config);
  return baseOf(config, own) ?? (own === '' ? undefined : own);
}

/** Returns the base of the URL; undefined if it has none. */
function baseOf({ baseURL, allowAbsoluteUrls }: RequestConfig, own: string): string | undefined {
  return !baseURL || (allowAbsoluteUrls !== false && isAbsolute(own)) ? undefined : baseURL;
}

/** Returns the URL as text. Some callers pass a URL object, which works. */
function ownUrl({ url }: RequestConfig): string {
  return url === undefined || url === null ? '' : String(url);
}

/** Tells if the URL is absolute. A path is ruled out by its first characters. */
function isAbsolute(url: string): boolean {
  return (url.charCodeAt(0) !== SLASH || url.charCodeAt(1) === SLASH) && ABSOLUTE.test(url);
}

/** URLs that axios treats as absolute. */
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;

/** Completes a URL without a scheme from the page, as browsers do. */
function onPage(url: string, start: string): string {
  if (SCHEME.test(start)) return url;
  const { location } = globalThis as { location?: { readonly href?: unknown } };
  if (typeof location?.href !== 'string') return url;
  try {
    return new URL(url, location.href).href;
  } catch {
    return url;
  }
}

function withoutSlashAtEnd(base: string): string {
  return base.endsWith('/') ? base.replace(/\/?\/$/, '') : base;
}

function withoutSlashes(path: string): string {
  let from = 0;
  while (path.charCodeAt(from) === SLASH) from += 1;
  return path.slice(from);
}

const SLASH = 47;
