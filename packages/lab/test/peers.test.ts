import { describe, expect, test } from '@jest/globals';
import type { AxiosError } from 'axios';
import axiosRetry from 'axios-retry';
import { bundledSize, programSize } from '../src/bench/bundle.js';
import { type Readme, readmes } from './readme-text.js';

// README's statements about other libraries, tried with the installed ones.

const [head = [], ...rows] = tableWith(readmes()[0] as Readme, 'cockatiel');
const cellOf = (row: string, library: string): string =>
  rows.find(([name]) => name === row)?.[head.indexOf(library)] ?? '';

const SIZE = 'size, minified and gzipped';

describe('the size that README names', () => {
  test.each(['axios-retry', 'retry-axios', 'cockatiel', 'opossum', 'p-retry'])('is that of %s', async (library) => {
    const program = `import * as library from '${library}'; globalThis.used = library;`;
    const bytes = await programSize(program, library === 'cockatiel' ? 'browser' : 'node');
    expect(cellOf(SIZE, library)).toBe(`${Math.round(bytes / 1_000)} kB`);
  });

  test('is that of Breakwater in whole kB, and no less', async () => {
    const bytes = await bundledSize('breakwater', 'browser', ['@breakwater/source']);
    const named = Number(/^(\d+) kB: core and axios adapter$/.exec(cellOf(SIZE, 'Breakwater'))?.[1]);
    expect(named).toBeGreaterThanOrEqual(Math.round(bytes / 1_000));
    expect(named).toBeLessThan(bytes / 1_000 + 2);
  });
});

test('axios-retry repeats a POST after a reset, and not after a timeout or an answer', () => {
  const after = (code: string, status?: number) =>
    axiosRetry.isNetworkOrIdempotentRequestError({
      code,
      config: { method: 'post' },
      ...(status === undefined ? {} : { response: { status } }),
    } as AxiosError);
  expect(cellOf('repeats a POST only if told to', 'axios-retry')).toMatch(/^no: after most network errors/);
  expect([after('ECONNRESET'), after('ECONNABORTED'), after('ERR_BAD_RESPONSE', 503)]).toEqual([true, false, false]);
});

/** The cells of the table whose head has that cell. */
function tableWith({ lines }: Readme, cell: string): string[][] {
  const start = lines.findIndex((line) => line.startsWith('|') && line.includes(`| ${cell} |`));
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, start + length).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((text) => text.trim()),
  );
}
