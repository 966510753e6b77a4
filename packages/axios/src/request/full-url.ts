import type { RequestConfig } from '../axios-types.js';

/** Returns the URL of a request without its `params`, as axios builds it; undefined if it has none. */
export function fullUrl(config: RequestConfig): string | undefined {
  const own = ownUrl(config);
  const base = baseOf(config, own);
  if (base === undefined) return own === '' ? undefined : onPage(own, own);
  return onPage(own === '' ? base : `${withoutSlashAtEnd(base)}/${withoutSlashes(own)}`, base);
}

/**
 * Returns the beginning of the URL: `baseURL`, or its own if that is absolute. Its origin is found faster than that of
 * a newly built URL.
 */
export function urlStart(config: RequestConfig): string | undefined {
  const own = ownUrl(config);
  return baseOf(config, own) ?? (own === '' ? undefined : own);
}

/** Undefined if the URL has no base. */
function baseOf({ baseURL, allowAbsoluteUrls }: RequestConfig, own: string): string | undefined {
  return !baseURL || (allowAbsoluteUrls !== false && isAbsolute(own)) ? undefined : baseURL;
}

/** Some give an URL object, which works. */
function ownUrl({ url }: RequestConfig): string {
  return url === undefined || url === null ? '' : String(url);
}

/** A path is seen to be none at a glance. */
function isAbsolute(url: string): boolean {
  return (url.charCodeAt(0) !== SLASH || url.charCodeAt(1) === SLASH) && ABSOLUTE.test(url);
}

/** URLs that axios takes for absolute. */
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;

/** A browser completes a URL without a scheme from the page. */
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
