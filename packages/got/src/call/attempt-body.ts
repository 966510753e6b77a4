import type { GotOptions } from '../got-types.js';

/**
 * Tells whether a body, as got has prepared it for sending, can be sent once only. A string and bytes are sent again as they are.
 * Any other body is used up by the first attempt: a second would send what is left, which is nothing, and might succeed with that.
 */
export function isOneShotBody(body: unknown): boolean {
  return body !== undefined && typeof body !== 'string' && !ArrayBuffer.isView(body);
}

export function isNodeStream(body: unknown): boolean {
  return typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';
}

/** Brings `content-length`, which got has worked out from the body before, in line with a body that was put in its place. */
export function fitContentLength(options: GotOptions, before: unknown): void {
  const { body, headers } = options;
  if (body === before || headers['content-length'] === undefined) return;
  if (typeof body === 'string') headers['content-length'] = String(Buffer.byteLength(body));
  else if (ArrayBuffer.isView(body)) headers['content-length'] = String(body.byteLength);
  else delete headers['content-length'];
}
