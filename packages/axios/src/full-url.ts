import type { RequestConfig } from './client.js';

/** The URL that a request goes to, without its `params`, as axios puts it together; undefined where it has none. */
export function fullUrl({ baseURL, url, allowAbsoluteUrls }: RequestConfig): string | undefined {
  // Some give an URL object, which works.
  const own = url === undefined || url === null ? '' : String(url);
  if (!baseURL || (allowAbsoluteUrls !== false && ABSOLUTE.test(own))) return own === '' ? undefined : onPage(own, own);
  return onPage(own === '' ? baseURL : `${withoutSlashAtEnd(baseURL)}/${withoutSlashes(own)}`, baseURL);
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
