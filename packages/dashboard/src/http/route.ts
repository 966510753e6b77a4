import type { IncomingMessage } from 'node:http';

const FILES = ['app.js', 'app.css', 'events', 'snapshot.json', 'history.json', 'policy.json', 'action'] as const;

/** Targets of requests, by the last part of their path. */
export type PageFile = (typeof FILES)[number];

/** Target of a request. */
export type Route =
  | { readonly kind: 'page' }
  | { readonly kind: 'file'; readonly file: PageFile; readonly query: URLSearchParams }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'unknown' };

/**
 * Finds the target of a request by the end of its path alone, so that no base path has to be configured. It makes no
 * difference if a framework or a proxy removes a prefix.
 */
export function routeOf({ url = '/', ...rest }: Pick<IncomingMessage, 'url'> & { originalUrl?: unknown }): Route {
  const { path, query } = split(url);
  const last = path.slice(path.lastIndexOf('/') + 1);
  const original = typeof rest.originalUrl === 'string' ? split(rest.originalUrl) : { path, query };
  const isMounted = original.path !== path;
  if (last === '') return isMounted && !original.path.endsWith('/') ? withSlash(original) : { kind: 'page' };
  const file = FILES.find((name) => name === last);
  if (file !== undefined) return { kind: 'file', file, query: new URLSearchParams(query) };
  // If no mount was removed, this is the mount itself, which lacks its slash.
  return isMounted || last.includes('.') ? { kind: 'unknown' } : withSlash({ path, query });
}

interface SplitUrl {
  readonly path: string;
  /** Query with its question mark; empty if there is none. */
  readonly query: string;
}

function split(url: string): SplitUrl {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) };
}

/** Redirects relative to the path in the browser, whatever a proxy has changed on the way. */
function withSlash({ path, query }: SplitUrl): Route {
  return { kind: 'redirect', location: `./${path.slice(path.lastIndexOf('/') + 1)}/${query}` };
}
