import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import parse from 'parse-prometheus-text-format';

/** One sample of a scrape, as the parser read it. */
export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Result of a scrape over HTTP. */
export interface Scrape {
  readonly text: string;
  readonly contentType: string | null;
  readonly samples: readonly ScrapedSample[];
  /** Types by the names of the metrics. */
  readonly types: ReadonlyMap<string, string>;
  /** Values of a name whose labels have these, in the order of the scrape. */
  values(name: string, labels?: Readonly<Record<string, string>>): number[];
}

/** Serves a listener on loopback while `use` runs. */
export async function serving<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Scrapes over HTTP, and reads the text with a parser that is not ours. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const text = await response.text();
  return { contentType: response.headers.get('content-type'), ...readScrape(text) };
}

export function readScrape(text: string): Omit<Scrape, 'contentType'> {
  const types = new Map((parse(text) as ParsedFamily[]).map(({ name, type }) => [name, type.toLowerCase()]));
  // The parser makes one histogram of all that have a name, and drops their labels. Without its type it reads each
  // line.
  const lines = parse(text.replace(/^# TYPE .*$/gm, '')) as ParsedFamily[];
  const samples = lines.flatMap(({ name, metrics }) =>
    metrics.map(({ labels = {}, value }) => ({ name, labels, value: Number(value) })),
  );
  const values: Scrape['values'] = (wanted, having = {}) =>
    samples
      .filter(
        ({ name, labels }) => name === wanted && Object.entries(having).every(([l, value]) => labels[l] === value),
      )
      .map(({ value }) => value);
  return { text, samples, types, values };
}

interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly metrics: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: string }[];
}
