import { peek } from '../untrusted/safe-read.js';

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
  const source = typeof peek(stream, 'getReader') === 'function' ? webSource(stream) : nodeSource(stream);
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

type Chunk = IteratorResult<unknown, unknown>;

interface Chunks {
  next(): Promise<Chunk>;
  cancel(): void;
}

interface Source extends Chunks {
  streamOf(chunks: Chunks): unknown;
}

function webSource(stream: unknown): Source | undefined {
  if (typeof ReadableStream === 'undefined' || !(stream instanceof ReadableStream) || stream.locked) return undefined;
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

function nodeSource(stream: unknown): Source | undefined {
  const Readable = hostReadable();
  if (Readable === undefined || !(stream instanceof Readable)) return undefined;
  // Such as undici's `body.text()`: a plain stream has none of that.
  const isPlain = typeof peek(stream, 'text') !== 'function' && peek(stream, 'readableObjectMode') === false;
  if (!isPlain || stream.destroyed || stream.readableFlowing !== null || stream.readableEncoding !== null) {
    return undefined;
  }
  const chunks = stream[Symbol.asyncIterator]();
  return {
    next: () => chunks.next(),
    cancel: () => {
      stream.destroy();
    },
    streamOf: ({ next, cancel }) => {
      const end = async (): Promise<Chunk> => {
        cancel();
        return { done: true, value: undefined };
      };
      return Readable.from({ [Symbol.asyncIterator]: () => ({ next, return: end }) }, { objectMode: false });
    },
  };
}

interface NodeReadable extends AsyncIterable<unknown> {
  readonly destroyed: boolean;
  readonly readableFlowing: boolean | null;
  readonly readableEncoding: string | null;
  destroy(): void;
}

interface ReadableClass {
  new (): NodeReadable;
  from(chunks: AsyncIterable<unknown>, options: { readonly objectMode: false }): NodeReadable;
}

interface HostProcess {
  getBuiltinModule?(name: string): { readonly Readable: ReadableClass } | undefined;
}

/** Gets the class from the process and does not import it, since the core runs in browsers too. */
function hostReadable(): ReadableClass | undefined {
  const { process } = globalThis as { process?: HostProcess };
  return process?.getBuiltinModule?.('node:stream')?.Readable;
}

function sizeOf(chunk: unknown): number {
  const bytes = peek(chunk, 'byteLength');
  return typeof bytes === 'number' ? bytes : 0;
}
