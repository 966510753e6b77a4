import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Background } from '../host/background.js';
import type { Hub, StreamText } from './hub.js';

const HEARTBEAT_MS = 15_000;
/** Time after which a stream ends. The page opens another one, and its access is checked again. */
const MAX_LIFE_MS = 900_000;
const RECONNECT_MS = 2_000;

/** Headers of a stream that no proxy or compression must buffer. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** Middleware for compression adds `flush`. */
type Flushable = ServerResponse & { flush?(): void };

/** Sends a page the whole state, then the changes, until either side closes. Returns a function that closes it. */
export function openEventStream(
  request: IncomingMessage,
  response: Flushable,
  hub: Hub,
  background: Background,
): () => void {
  let isBlocked = false;
  let isStale = false;
  let cancelHeartbeat = (): void => {};

  const write = (text: string): void => {
    if (response.destroyed || response.writableEnded) return;
    isBlocked = !response.write(text);
    response.flush?.();
  };
  const receive = ({ text }: StreamText): void => {
    // A page that cannot keep up gets the newest state later, rather than all missed changes.
    if (isBlocked) isStale = true;
    else write(text);
  };
  const beat = (): void => {
    if (!isBlocked) write(': \n\n');
    cancelHeartbeat = background.later(beat, HEARTBEAT_MS);
  };
  const onDrain = (): void => {
    isBlocked = false;
    if (!isStale) return;
    isStale = false;
    write(hub.full().text);
  };
  const close = (): void => void response.end();

  response.writeHead(200, STREAM_HEADERS);
  response.flushHeaders();
  const unsubscribe = hub.subscribe(receive);
  const resumed = resumedFrom(request, hub);
  write(`retry: ${RECONNECT_MS}\n\n${(resumed ?? [hub.full()]).map(({ text }) => text).join('')}`);
  cancelHeartbeat = background.later(beat, HEARTBEAT_MS);
  const cancelEnd = background.later(close, MAX_LIFE_MS);
  response.on('drain', onDrain);
  response.once('close', () => {
    unsubscribe();
    cancelHeartbeat();
    cancelEnd();
    response.off('drain', onDrain);
  });
  return close;
}

/** Returns what the page has missed since it was disconnected; undefined if it needs everything. */
function resumedFrom({ headers }: IncomingMessage, hub: Hub): readonly StreamText[] | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? hub.since(id) : undefined;
}
