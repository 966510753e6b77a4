/**
 * Tells if a request's body can be sent once only: a Node stream, a web stream, the `form-data` package, an async
 * iterable. A second attempt would send the rest of it, which is nothing, and might well succeed with that. Strings,
 * buffers, Blobs and the platform's own `FormData` are read anew each time.
 */
export function isOneShotBody(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const body = data as { pipe?: unknown; getReader?: unknown; [Symbol.asyncIterator]?: unknown };
  return (
    typeof body.pipe === 'function' ||
    typeof body.getReader === 'function' ||
    typeof body[Symbol.asyncIterator] === 'function'
  );
}
