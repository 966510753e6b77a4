import { expect, it, test } from '@jest/globals';
import { createColors } from 'picocolors';
import { cut, screenLines } from '../../src/watch/screen-text.js';
import { summaryLine } from '../../src/watch/views.js';
import { WatchedPage } from '../../src/watch/watched-page.js';

const ESCAPE = String.fromCharCode(27);
const COLORS = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
const bare = (line: string): string => line.replace(COLORS, '');

function pageOf(count: number, more: Record<string, unknown> = {}): WatchedPage {
  const page = new WatchedPage();
  const keys = Array.from({ length: count }, (_, n) => ({
    id: `p\nkey-${n}`,
    policy: 'p',
    key: `https://key-${n}.example.com`,
    state: n === 3 ? 'open' : 'closed',
    trouble: n === 3 ? 90 : 0,
    says: n === 3 ? `Calls are refused because ${'of this and that '.repeat(20)}.` : '',
    next: '',
    calls: 10,
    answered: 9.99,
    refused: 0,
    attempts: 11,
    inFlight: 1,
    p95Ms: 12.3,
    ...more,
  }));
  const log = Array.from({ length: 30 }, (_, n) => ({
    seq: n,
    atMs: n,
    policy: 'p',
    key: 'k',
    level: 'bad',
    text: 'y'.repeat(300),
  }));
  page.take('full', JSON.stringify({ atMs: 1, instance: 'here', keys, log }));
  return page;
}

test.each([
  [200, 60],
  [120, 32],
  [80, 24],
  [40, 10],
  [20, 5],
  [5, 2],
  [1, 1],
])('fits into %d columns and %d rows, with colours', (columns, rows) => {
  for (const count of [0, 1, 4, 1_000]) {
    const lines = screenLines(pageOf(count), 'not connected', { columns, rows }, createColors(true));
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(lines.map(bare).filter((line) => line.length > columns || line.includes('\n'))).toEqual([]);
  }
});

it('puts the troubled key first, with its sentence, and counts the keys that are left out', () => {
  const lines = screenLines(pageOf(100), '', { columns: 120, rows: 24 }, createColors(false));
  expect(lines[0]).toContain('1 of 100 keys in trouble');
  expect(lines[3]).toMatch(/^OPEN {6}https:\/\/key-3\.example\.com .* 10 +99\.9 % +0 +1\.10 +12 ms +1$/);
  expect(lines[4]).toContain('Calls are refused because');
  expect(lines.find((line) => line.includes('more'))).toMatch(/and \d+ more/);
});

it('cuts a coloured line by its visible width', () => {
  const colored = createColors(true).red('abcdef');
  expect(bare(cut(colored, 4))).toBe('abc…');
  expect(cut(colored, 6)).toBe(colored);
  expect(cut('', 3)).toBe('');
});

it('removes all that a terminal would obey', () => {
  const nasty = `${ESCAPE}[2J${ESCAPE}]0;title\u0007\u009b31m\u202eevil\r\n`;
  const page = pageOf(2, { key: nasty, policy: nasty, says: nasty, next: nasty, state: nasty });
  page.take(
    'delta',
    JSON.stringify({ atMs: 2, log: [{ seq: 99, atMs: 2, policy: nasty, key: nasty, level: nasty, text: nasty }] }),
  );
  const text = screenLines(page, '', { columns: 200, rows: 50 }, createColors(false)).join('');
  expect(/[\p{Cc}\p{Cf}]/u.test(text)).toBe(false);
  expect(text).toContain('evil');
});

test.each([
  '',
  'null',
  '7',
  '[]',
  '{"keys":7}',
  '{"keys":[null,7,{}],"log":[null]}',
  '{"atMs":"x","keys":[{"id":"a"}]}',
])('takes %j for what it is worth', (data) => {
  const page = new WatchedPage();
  expect(page.take('full', data)).toEqual([]);
  expect(screenLines(page, '', { columns: 80, rows: 24 }, createColors(false)).length).toBeLessThan(24);
});

it('tells what is wrong with the shared store, on the screen and in the summary, until it works again', () => {
  const page = pageOf(1);
  const shown = (): string[] => {
    const [head = ''] = screenLines(page, '', { columns: 300, rows: 10 }, createColors(false));
    return [head, summaryLine(page)];
  };
  const trouble = (store?: unknown): void =>
    void page.take('delta', JSON.stringify({ atMs: 2, policies: [{ id: 'p', mode: 'enforce', keys: 1, store }] }));
  for (const line of shown()) expect(line).not.toContain('store');
  trouble('poll-only');
  for (const line of shown()) expect(line).toContain('the shared store sends no messages: changes come by polling');
  page.take('delta', JSON.stringify({ atMs: 3 }));
  for (const line of shown()) expect(line).toContain('sends no messages');
  trouble('degraded');
  for (const line of shown())
    expect(line).toContain('the shared store fails, in whole or in part: this process decides alone');
  for (const other of [undefined, 7, 'something new']) {
    trouble(other);
    for (const line of shown()) expect(line).not.toContain('store');
  }
});
