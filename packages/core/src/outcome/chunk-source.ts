/** One chunk of a stream, or its end. */
export type Chunk = IteratorResult<unknown, unknown>;

/** The chunks of a stream, one after the other. */
export interface Chunks {
  next(): Promise<Chunk>;
  cancel(): void;
}

/** A stream that can be read, and replaced by another of the same kind. */
export interface ChunkSource extends Chunks {
  streamOf(chunks: Chunks): unknown;
}
