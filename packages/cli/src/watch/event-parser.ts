/** An event of a stream of server-sent events. */
export interface ServerEvent {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** Longest event: a stream with longer ones is not a live page's. */
const MAX_LENGTH = 64_000_000;

/**
 * Joins chunks of text into events, by the HTML standard (9.2.6): by lines, without comments.
 *
 * @throws RangeError for an event that does not end.
 */
export class EventParser {
  #rest = '';

  push(chunk: string): ServerEvent[] {
    this.#rest += chunk;
    if (this.#rest.length > MAX_LENGTH) throw new RangeError('an event of the stream does not end');
    // A line break may be split between chunks.
    const text = this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest;
    const blocks = text.replace(/\r\n?/g, '\n').split('\n\n');
    this.#rest = (blocks.pop() ?? '') + this.#rest.slice(text.length);
    return blocks.flatMap((block) => eventIn(block) ?? []);
  }
}

function eventIn(block: string): ServerEvent | undefined {
  const fields = new Map<string, string[]>();
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name !== undefined) fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id')?.at(-1) ?? '', name: fields.get('event')?.at(-1) ?? 'message', data: data.join('\n') };
}
