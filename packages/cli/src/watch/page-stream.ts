import { UsageError } from '../command-io.js';
import { EventParser, type ServerEvent } from './event-parser.js';

/** Address of a page, and headers for it. */
export interface PageAddress {
  /** Ends with a slash. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns the address of a page. @throws UsageError if it is not an HTTP address. */
export function pageAddress(given: string, headers: Readonly<Record<string, string>>): PageAddress {
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(given) ? given : `http://${given}`);
  } catch {
    throw new UsageError(`${given} is no address of a page, such as http://localhost:3000/breakwater`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(`the address of a page begins with http:// or https://, got ${given}`);
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return { url, headers };
}

/**
 * Returns the events of a page's stream, until the connection ends or the signal aborts. `lastId`: continues after that
 * event.
 *
 * @throws UsageError if there is no such page, or access is denied.
 */
export async function* pageEvents(
  { url, headers }: PageAddress,
  lastId: string,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const response = await fetch(new URL('events', url), {
    headers: { accept: 'text/event-stream', ...(lastId !== '' && { 'last-event-id': lastId }), ...headers },
    signal,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!response.ok || !isStream || response.body === null) {
    await response.body?.cancel();
    if (response.status === 503) throw new Error('too many pages are open there');
    throw new UsageError(`${url.href} ${refusalText(response.status)}`);
  }
  const parser = new EventParser();
  const decoder = new TextDecoder();
  for await (const chunk of response.body) yield* parser.push(decoder.decode(chunk as Uint8Array, { stream: true }));
}

function refusalText(status: number): string {
  if (status === 401 || status === 403) {
    return `does not let us in (${status}): give --header "Authorization: ...", or ask it from its own machine`;
  }
  return `is no Breakwater page (status ${status}): give the address under which the dashboard is mounted`;
}
