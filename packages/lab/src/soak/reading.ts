import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** Reads a stream to its end, which must come once. */
export async function readToEnd(stream: Readable): Promise<void> {
  let ends = 0;
  const count = (): void => {
    ends += 1;
  };
  stream.on('end', count).on('error', count);
  for await (const _ of stream);
  if (ends !== 1) throw new Error(`a stream has ended ${ends} times`);
}

/** Begins to read and then wants no more. */
export async function readAndDestroy(stream: Readable): Promise<void> {
  stream.on('error', () => {});
  stream.resume();
  await new Promise((resolve) => stream.once('data', resolve).once('close', resolve));
  if (stream.destroyed) return;
  stream.destroy();
  await once(stream, 'close');
}

/** Never reads, until the other end gives up. */
export async function abandon(stream: Readable): Promise<void> {
  stream.on('error', () => {});
  if (!stream.closed) await once(stream, 'close');
}
