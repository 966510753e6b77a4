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
 * Finds out what a request asks for by the end of its path alone, so that no base path has to be configured: a mount
 * that is taken off by the framework, one that is not, and a prefix that a proxy takes off are all the same.
 */
export function routeOf({ url = '/', ...rest }: Pick<IncomingMessage, 'url'> & { originalUrl?: unknown }): Route {
  const { path, query } = split(url);
  const last = path.slice(path.lastIndexOf('/') + 1);
  const original = typeof rest.originalUrl === 'string' ? split(rest.originalUrl) : { path, query };
  const isMounted = original.path !== path;
  if (last === '') return isMounted && !original.path.endsWith('/') ? withSlash(original) : { kind: 'page' };
  const file = FILES.find((name) => name === last);
  if (file !== undefined) return { kind: 'file', file, query: new URLSearchParams(query) };
  // Without a mount that was taken off, this is the mount itself, in want of its slash.
  return isMounted || last.includes('.') ? { kind: 'unknown' } : withSlash({ path, query });
}

interface SplitUrl {
  readonly path: string;
  /** With its question mark; empty if there is none. */
  readonly query: string;
}

function split(url: string): SplitUrl {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) };
}

/** Relative to the path as the browser has it, whatever a proxy has made of it on the way. */
function withSlash({ path, query }: SplitUrl): Route {
  return { kind: 'redirect', location: `./${path.slice(path.lastIndexOf('/') + 1)}/${query}` };
}
