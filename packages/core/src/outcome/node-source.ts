import { peek } from '../untrusted/safe-read.js';
import type { Chunk, ChunkSource } from './chunk-source.js';

// A bundle for browsers leaves this file out: they have no such streams.

/** Returns the chunks of a Node stream that nothing reads yet; undefined for anything else. */
export function nodeSource(stream: unknown): ChunkSource | undefined {
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
