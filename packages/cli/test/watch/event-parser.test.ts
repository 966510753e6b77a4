import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventParser } from '../../src/watch/event-parser.js';

const read = (...chunks: string[]) => {
  const parser = new EventParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

it('reads events, and skips comments, unknown fields and blocks without data', () => {
  const text = 'retry: 2000\n\n: \n\nid: a-1\nevent: full\nother: x\ndata: {"a":1}\n\ndata:b\ndata: c\n\n';
  expect(read(text)).toEqual([
    { id: 'a-1', name: 'full', data: '{"a":1}' },
    { id: '', name: 'message', data: 'b\nc' },
  ]);
});

it('reads the same, wherever the chunks are cut and whatever the line breaks are', () => {
  const events = Array.from({ length: 5 }, (_, n) => ({ id: `e-${n}`, name: 'delta', data: `{"n":${n}}` }));
  const breaks = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(breaks, fc.array(fc.nat(200)), (lineBreak, cuts) => {
      const text = events
        .map(({ id, name, data }) => [`id: ${id}`, `event: ${name}`, `data: ${data}`, '', ''].join(lineBreak))
        .join('');
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
      // A last line break alone may be the first half of one.
      expect(read(...chunks, '\n')).toEqual(events);
    }),
  );
});

it('gives up on an event that does not end', () => {
  const parser = new EventParser();
  const chunk = 'x'.repeat(10_000_000);
  expect(() => {
    for (let n = 0; n < 7; n += 1) parser.push(chunk);
  }).toThrow('does not end');
});
