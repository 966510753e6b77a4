import { peek } from '../untrusted/safe-read.js';
import type { Chunk, ChunkSource } from './chunk-source.js';
import { nodeSource } from './node-source.js';

/** A stream that is read into memory, so that its connection is free. */
export interface ReadAhead {
  /** Set once all of it is in memory. */
  readonly isWhole: boolean;
  /**
   * Returns a stream of the same kind that begins with what is in memory and goes on with the rest. Undefined if it was
   * too long.
   */
  handOut(): unknown;
  /** Reads no more. */
  stop(): void;
}

/**
 * Reads a Node stream or a web stream that nothing reads yet. Calls `onTooLong`, and reads no more, if it has more than
 * `maxBytes`. Undefined if it cannot be replaced: it is in use, it has methods of its own, or the host has no such
 * class.
 */
export function readAhead(stream: unknown, maxBytes: number, onTooLong: () => void): ReadAhead | undefined {
  const source = isWebStream(stream) ? webSource(stream) : nodeSource(stream);
  if (source === undefined) return undefined;
  const chunks: unknown[] = [];
  let pending: Promise<Chunk> | undefined;
  let state: 'reading' | 'whole' | 'over' = 'reading';

  const read = async (): Promise<void> => {
    for (let bytes = 0; state === 'reading'; ) {
      pending = source.next();
      const { done, value } = await pending;
      if (state !== 'reading') return;
      pending = undefined;
      if (done) state = 'whole';
      else chunks.push(value);
      bytes += sizeOf(value);
      if (bytes <= maxBytes) continue;
      state = 'over';
      source.cancel();
      onTooLong();
    }
  };
  // A stream that breaks off fails for its reader, who is to learn of it.
  read().catch(() => {});

  const next = (): Promise<Chunk> => {
    if (chunks.length > 0) return Promise.resolve({ done: false, value: chunks.shift() } as const);
    if (state === 'whole') return Promise.resolve({ done: true, value: undefined });
    const first = pending ?? source.next();
    pending = undefined;
    return first;
  };
  return {
    get isWhole() {
      return state === 'whole';
    },
    handOut() {
      if (state === 'over') return undefined;
      if (state === 'reading') state = 'over';
      return source.streamOf({ next, cancel: source.cancel });
    },
    stop() {
      if (state === 'reading') source.cancel();
      state = 'over';
    },
  };
}

/** A polyfill's streams, or those of another realm, are no instances of the host's class. */
function isWebStream(stream: unknown): stream is ReadableStream {
  return typeof peek(stream, 'getReader') === 'function';
}

function webSource(stream: ReadableStream): ChunkSource | undefined {
  if (typeof ReadableStream === 'undefined' || stream.locked) return undefined;
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    cancel: () => {
      reader.cancel().catch(() => {});
    },
    streamOf: ({ next, cancel }) =>
      new ReadableStream({
        async pull(controller) {
          const { done, value } = await next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel,
      }),
  };
}

function sizeOf(chunk: unknown): number {
  const bytes = peek(chunk, 'byteLength');
  return typeof bytes === 'number' ? bytes : 0;
}
