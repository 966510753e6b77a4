import { isObject, peek } from '../untrusted/safe-read.js';
import { isStream } from './outcome.js';

/** A body that is kept during the wait before a retry, since its answer may turn out to be the call's last. */
export interface HeldBody {
  /** Called when the caller gets the answer: this library reads no more of its body. */
  handOut(): void;
}

const NOTHING_TO_DO: HeldBody = { handOut() {} };
/** Most bytes of a body to keep in memory. Answers that are worth a retry are short. */
const MAX_BYTES = 65_536;

/**
 * Keeps the body of an answer if that costs only memory: of a Node stream that has arrived completely, or of a fetch
 * `Response`, which is read in the background. Undefined if the body would hold its connection: it has to be discarded.
 * `discard` is called if the body of a `Response` turns out to be too long. Never throws.
 */
export function holdBody(answer: unknown, discard: () => void): HeldBody | undefined {
  try {
    if (isFetchResponse(answer)) return readAhead(answer, discard);
    const streams = [answer, peek(answer, 'body'), peek(answer, 'data')].filter(isStream);
    return streams.every(hasAllData) ? NOTHING_TO_DO : undefined;
  } catch {
    return undefined;
  }
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
function readAhead(response: FetchResponse, discard: () => void): HeldBody {
  const reader = response.clone().body?.getReader();
  let isOver = reader === undefined;
  const cancel = (): void => {
    if (!isOver) reader?.cancel().catch(() => {});
    isOver = true;
  };
  const read = async (): Promise<void> => {
    let bytes = 0;
    while (!isOver && reader !== undefined) {
      const { done, value } = await reader.read();
      bytes += value?.byteLength ?? 0;
      if (done) isOver = true;
      else if (bytes > MAX_BYTES && !isOver) {
        cancel();
        discard();
      }
    }
  };
  read().catch(() => {});
  return { handOut: cancel };
}

/**
 * Tells if all data has arrived. `complete` is set on a whole HTTP message, `ended` on any Node stream whose source is
 * used up.
 */
function hasAllData(stream: unknown): boolean {
  const isDone = peek(stream, 'complete') === true || peek(peek(stream, '_readableState'), 'ended') === true;
  return isDone && peek(stream, 'destroyed') !== true;
}
