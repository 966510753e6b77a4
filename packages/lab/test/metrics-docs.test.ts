import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Instrument, instruments } from '@breakwater/otel';
import { describe, expect, test } from '@jest/globals';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const pages = ['parts', 'operations', 'reference'].flatMap((folder) =>
  readdirSync(`${docs}${folder}`).map(
    (file) => [`${folder}/${file}`, readFileSync(`${docs}${folder}/${file}`, 'utf8')] as const,
  ),
);
const all = Object.entries<Instrument>(instruments);
/** Names in the sources of the spans: they are no data as those of the metrics are. */
const trace = fileURLToPath(new URL('../../otel/src/trace/', import.meta.url));
const ofSpans = readdirSync(trace).flatMap((file) =>
  [...readFileSync(`${trace}${file}`, 'utf8').matchAll(/'(breakwater\.[a-z_.]+)'/g)].map(([, name = '']) => name),
);
const known = new Set([
  ...all.flatMap(([name, { attributes }]) => [name, ...attributes]),
  ...ofSpans,
  'breakwater.policy',
]);

describe('the documentation', () => {
  test.each(pages)('names no metric, no span event and no attribute that does not exist: %s', (_page, text) => {
    const named = [...text.matchAll(/`(breakwater\.(?!json|yml)[a-z_.]+)`/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test('names each metric on the page of a part', () => {
    const parts = pages.filter(([page]) => page.startsWith('parts/')).map(([, text]) => text);
    const missing = all.map(([name]) => name).filter((name) => !parts.some((text) => text.includes(`\`${name}\``)));
    expect(missing).toEqual([]);
  });

  test('has a line about metrics on each page of a part', () => {
    const without = pages.filter(
      ([page, text]) => /^parts\/(?!index)/.test(page) && !text.includes('\n[Metrics](../reference/metrics.md): '),
    );
    expect(without.map(([page]) => page)).toEqual([]);
  });
});
