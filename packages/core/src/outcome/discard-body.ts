import { isObject } from '../untrusted/safe-read.js';
import { ignoreRejection } from '../untrusted/thenable.js';

/**
 * Frees an answer that is not read: destroys a Node stream, cancels a web stream. Looks at the value itself and at its
 * `body` and `data`. Never throws.
 */
export function discardBody(answer: unknown): void {
  try {
    if (!isObject(answer)) return;
    const { body, data } = answer as { body?: unknown; data?: unknown };
    for (const part of [answer, body, data]) discardStream(part);
  } catch {
    // If a getter throws, there is nothing that could be freed.
  }
}

function discardStream(part: unknown): void {
  if (!isObject(part)) return;
  const stream = part as { destroy?: unknown; on?: unknown; cancel?: unknown; locked?: unknown };
  if (typeof stream.destroy === 'function' && typeof stream.on === 'function') {
    // Destroying a response in mid-body emits an error that would otherwise have no listener.
    stream.on('error', () => {});
    stream.destroy();
  } else if (typeof stream.cancel === 'function' && stream.locked === false) {
    ignoreRejection(stream.cancel());
  }
}
