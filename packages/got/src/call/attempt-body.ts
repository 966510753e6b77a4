import type { GotOptions } from '../got-types.js';
import type { RequestResilience } from '../request-options.js';

/**
 * Tells if a body, as got has prepared it for sending, can be sent only once. Strings and bytes can be sent again as
 * they are, and so can an iterable that begins anew each time, such as an array of chunks. Any other body is used up by
 * the first attempt: a second one would send only the rest, which is nothing, and might still succeed.
 */
export function isOneShotBody(body: unknown): boolean {
  if (body === undefined || typeof body === 'string' || ArrayBuffer.isView(body)) return false;
  return !beginsAnew(body);
}

/**
 * Tells if an iterable begins anew each time. A generator is its own iterator, and so has `next`. A stream is read to
 * its end. got makes a generator from a form.
 */
function beginsAnew(body: unknown): boolean {
  const has = (name: string | symbol): boolean => typeof Reflect.get(Object(body), name) === 'function';
  if (!has(Symbol.iterator) && !has(Symbol.asyncIterator)) return false;
  return !['next', 'pipe', 'getReader', 'append'].some(has);
}

export function isNodeStream(body: unknown): boolean {
  return typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';
}

/** Corrects the `content-length` that got has computed for the previous body, if another body has replaced that. */
export function fitContentLength(options: GotOptions, before: unknown): void {
  const { body, headers } = options;
  if (body === before || headers['content-length'] === undefined) return;
  if (typeof body === 'string') headers['content-length'] = String(Buffer.byteLength(body));
  else if (ArrayBuffer.isView(body)) headers['content-length'] = String(body.byteLength);
  else delete headers['content-length'];
}

/** Tells if the user has a way to give a retry a new body. Before 14.6, got destroys a stream that a hook gives it. */
export function mayBeRenewed(
  { body, hooks }: GotOptions,
  hookContext: unknown,
  { beforeAttempt }: RequestResilience = {},
): boolean {
  if (beforeAttempt !== undefined) return true;
  // One of them is this package's.
  const hasHook = hooks.beforeRetry.length > 1;
  return hasHook && (hookContext !== undefined || !isNodeStream(body));
}

/** Tells if a body would be sent again that the previous attempt has used up. */
export function isUsedUp(body: unknown, sentBefore: unknown): boolean {
  return body === sentBefore && isOneShotBody(sentBefore);
}
