import { isObject, peek } from '../untrusted/safe-read.js';
import { discardBody } from './discard-body.js';
import { headerOf } from './headers.js';
import { isStream } from './outcome.js';
import { type ReadAhead, readAhead } from './read-ahead.js';

/** A body that is kept after a failed attempt, since its answer may turn out to be the call's last. */
export interface HeldBody {
  /** Set if the body holds no connection, so that it may be kept while the next attempt is made. */
  readonly isFree: boolean;
  /** Called when the caller gets the answer: this library reads no more of its body. */
  handOut(): void;
  /** Called when the caller gets another answer. */
  drop(): void;
}

const NO_BODY: HeldBody = { isFree: true, handOut() {}, drop() {} };
/** Most bytes of a body to keep in memory. Answers that are worth a retry are short. */
const MAX_BYTES = 65_536;

/**
 * Keeps the body of an answer if that costs only memory. A fetch `Response` is read in the background, and so is a
 * stream in `data` or `body` that has arrived completely or will soon. That stream is replaced by one of the same kind
 * when the answer is handed out. Any other Node stream is kept as it is, if it has arrived completely. Undefined if the
 * body would hold its connection: it has to be discarded. `discard` does that, also if the body turns out to be too
 * long. Never throws.
 */
export function holdBody(answer: unknown, discard: () => void): HeldBody | undefined {
  try {
    if (isFetchResponse(answer)) return heldResponse(answer, discard);
    const names = (['body', 'data'] as const).filter((name) => isStream(peek(answer, name)));
    if (names.length === 0 && !isStream(answer)) return NO_BODY;
    const [name] = names;
    if (name !== undefined && names.length === 1 && !isStream(answer) && isWritable(answer, name)) {
      const stream = peek(answer, name);
      const read = hasAllData(stream) || comesSoon(answer) ? readAhead(stream, MAX_BYTES, discard) : undefined;
      if (read !== undefined) return heldPart(answer as object, name, read, discard);
    }
    const streams = [answer, peek(answer, 'body'), peek(answer, 'data')].filter(isStream);
    return streams.every(hasAllData) ? { isFree: false, handOut() {}, drop: discard } : undefined;
  } catch {
    return undefined;
  }
}

/** Tells if the body is that of an HTTP answer that ends, and is not known to be long. */
function comesSoon(answer: unknown): boolean {
  const headers = peek(answer, 'headers');
  const length = headerOf(headers, 'content-length');
  if (length !== undefined) return Number(length) <= MAX_BYTES;
  const type = headerOf(headers, 'content-type');
  return headerOf(headers, 'transfer-encoding') !== undefined && type?.startsWith('text/event-stream') !== true;
}

function isWritable(answer: unknown, name: string): boolean {
  return Object.getOwnPropertyDescriptor(answer, name)?.writable === true;
}

function heldPart(answer: object, name: string, read: ReadAhead, discard: () => void): HeldBody {
  return {
    get isFree() {
      return read.isWhole;
    },
    handOut() {
      const stream = read.handOut();
      if (stream !== undefined) (answer as Record<string, unknown>)[name] = stream;
    },
    drop() {
      read.stop();
      discard();
    },
  };
}

interface FetchResponse {
  clone(): { readonly body: ReadableStream<Uint8Array> | null };
}

function isFetchResponse(answer: unknown): answer is FetchResponse {
  return (
    typeof peek(answer, 'clone') === 'function' && peek(answer, 'bodyUsed') === false && isObject(peek(answer, 'body'))
  );
}

/** Reads a copy to its end, so that the original has all its data and the connection is free. */
function heldResponse(response: FetchResponse, discard: () => void): HeldBody | undefined {
  const clone = response.clone();
  const copy = readAhead(clone.body, MAX_BYTES, discard);
  if (copy === undefined) {
    discardBody(clone);
    return undefined;
  }
  return {
    get isFree() {
      return copy.isWhole;
    },
    handOut: copy.stop,
    drop() {
      copy.stop();
      discard();
    },
  };
}

/**
 * Tells if all data has arrived. `complete` is set on a whole HTTP message, `ended` on any Node stream whose source is
 * used up.
 */
function hasAllData(stream: unknown): boolean {
  const isDone = peek(stream, 'complete') === true || peek(peek(stream, '_readableState'), 'ended') === true;
  return isDone && peek(stream, 'destroyed') !== true;
}
