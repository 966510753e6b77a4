import type { GotOptions } from '../got-types.js';
import type { RequestResilience } from '../request-options.js';

/**
 * Tells whether a body, as got has prepared it for sending, can be sent once only. A string and bytes are sent again as
 * they are, and an iterable that begins anew each time, such as an array of chunks, from its beginning. Any other body
 * is used up by the first attempt: a second would send what is left, which is nothing, and might succeed with that.
 */
export function isOneShotBody(body: unknown): boolean {
  if (body === undefined || typeof body === 'string' || ArrayBuffer.isView(body)) return false;
  return !beginsAnew(body);
}

/**
 * A generator is its own iterator, and so has `next`. A stream is read to its end. got makes one of these of a form.
 */
function beginsAnew(body: unknown): boolean {
  const has = (name: string | symbol): boolean => typeof Reflect.get(Object(body), name) === 'function';
  if (!has(Symbol.iterator) && !has(Symbol.asyncIterator)) return false;
  return !['next', 'pipe', 'getReader', 'append'].some(has);
}

export function isNodeStream(body: unknown): boolean {
  return typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';
}

/**
 * Brings `content-length`, which got has worked out from the body before, in line with a body that was put in its
 * place.
 */
export function fitContentLength(options: GotOptions, before: unknown): void {
  const { body, headers } = options;
  if (body === before || headers['content-length'] === undefined) return;
  if (typeof body === 'string') headers['content-length'] = String(Buffer.byteLength(body));
  else if (ArrayBuffer.isView(body)) headers['content-length'] = String(body.byteLength);
  else delete headers['content-length'];
}

/**
 * Tells whether the user has a way to give a retry a new body. Before 14.6, got destroys a stream that a hook gives it.
 */
export function mayBeRenewed(
  { body, hooks }: GotOptions,
  hookContext: unknown,
  { beforeAttempt }: RequestResilience = {},
): boolean {
  if (beforeAttempt !== undefined) return true;
  // One of them is ours.
  const hasHook = hooks.beforeRetry.length > 1;
  return hasHook && (hookContext !== undefined || !isNodeStream(body));
}

/** Tells whether a body that the attempt before has used up would be sent again. */
export function isUsedUp(body: unknown, sentBefore: unknown): boolean {
  return body === sentBefore && isOneShotBody(sentBefore);
}
