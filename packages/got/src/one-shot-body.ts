/**
 * Whether a body, as got has prepared it for sending, can be sent once only. A string and bytes are sent again as they are.
 * Anything else is used up by the first attempt: a second would send what is left, which is nothing, and might succeed with that.
 */
export function isOneShotBody(body: unknown): boolean {
  return body !== undefined && typeof body !== 'string' && !ArrayBuffer.isView(body);
}
