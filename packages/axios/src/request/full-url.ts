import type { RequestConfig } from '../axios-types.js';

/** The URL that a request goes to, without its `params`, as axios puts it together; undefined where it has none. */
export function fullUrl(config: RequestConfig): string | undefined {
  const own = ownUrl(config);
  const base = baseOf(config, own);
  if (base === undefined) return own === '' ? undefined : onPage(own, own);
  return onPage(own === '' ? base : `${withoutSlashAtEnd(base)}/${withoutSlashes(own)}`, base);
}

/** What the URL begins with: `baseURL`, or its own where that is absolute. Its origin is found faster than that of a URL just put together. */
export function urlStart(config: RequestConfig): string | undefined {
  const own = ownUrl(config);
  return baseOf(config, own) ?? (own === '' ? undefined : own);
}

/** Undefined where the URL stands by itself. */
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

/** What axios takes for absolute. */
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;

/** Of what has no scheme, a browser takes the rest from the page. */
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
