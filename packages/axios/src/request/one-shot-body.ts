/**
 * Tells if a request's body can be sent only once: a Node stream, a web stream, a form of the `form-data` package, an
 * async iterable. A second attempt would send only the rest of it, which is nothing, and might still succeed. Strings,
 * buffers, Blobs and the platform's own `FormData` are read again each time.
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
