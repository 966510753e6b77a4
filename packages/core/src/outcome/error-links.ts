import { isObject, peek, peekList } from '../untrusted/safe-read.js';

/**
 * Returns an error, its causes, and the errors that aggregates among them gather: from the outside in, at most 32.
 * Cycles are harmless.
 */
export function* linksOf(error: unknown): Generator<object, void> {
  const links: unknown[] = [error];
  for (let index = 0; index < links.length && index < MAX_LINKS; index += 1) {
    const link = links[index];
    if (!isObject(link)) continue;
    yield link;
    links.push(peek(link, 'cause'), ...peekList(link, 'errors', MAX_LINKS));
  }
}

const MAX_LINKS = 32;
