import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { directoryWith, inProcess } from '../migrate/breakwater.js';

const POLICY = 'a&<b>.json';
const folder = directoryWith({
  [POLICY]: '{}',
  'plain file': '',
  'hangs.json': JSON.stringify({
    about: 'A <tenth> hangs & waits.',
    clients: { client: { traffic: { kind: 'poisson', perSecond: 40 }, timeoutMs: 500 } },
    phases: [
      { name: 'before', ms: 500 },
      { name: 'trouble', ms: 1_000, servers: { server: { faults: [{ kind: 'hang', share: 0.1 }] } } },
      { name: 'after', ms: 500 },
    ],
  }),
});
afterAll(() => folder.remove());

const simulate = (...args: readonly string[]) => inProcess(folder.path, ['simulate', 'hangs.json', ...args]);
const textOf = (file: string): string => readFileSync(join(folder.path, file), 'utf8');

test('--html writes a page with a chart and a table for each subject, without scripts and outside addresses', async () => {
  const { code, stderr, stdout } = await simulate('--policy', POLICY, '--html', 'reports/new/page.html');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'written reports/new/page.html\n' });
  expect(stdout).toContain('Answered over time');
  const page = textOf('reports/new/page.html');
  const titles = [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
  expect(titles).toEqual([
    'Scenario',
    'What happens to calls',
    'What happens to servers',
    'Answered, by phase',
    'Answered over time',
    'Requests to servers over time',
    'What the calls ended with',
    'How long the answers took',
  ]);
  expect(page.match(/<figure>/g)).toHaveLength(4);
  // One for a wide screen and one for a narrow one.
  expect(page.match(/<svg /g)).toHaveLength(8);
  expect(page.match(/<details><summary>Figures<\/summary>/g)).toHaveLength(4);
  expect(page).not.toMatch(/<script|<link|<img|@import|javascript:| on\w+=/);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\((?!#)/);
  expect(page).toContain('A &lt;tenth&gt; hangs &amp; waits.');
  expect(page).toContain('<th scope="row">a&amp;&lt;b&gt;.json</th>');
  expect(page).not.toMatch(/<b>|<tenth>/);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('--svg writes one image, the same for the same seed, and --json is printed beside it', async () => {
  const { stdout } = await simulate('--svg', 'one.svg', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ scenario: 'hangs.json' });
  await simulate('--svg', 'other.svg');
  const image = textOf('one.svg');
  expect(textOf('other.svg')).toBe(image);
  expect(image).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  expect(image.match(/<svg /g)).toHaveLength(5);
  expect(image.match(/<title /g)).toHaveLength(5);
  expect(image.match(/<desc /g)).toHaveLength(4);
  expect(image).toContain('(prefers-color-scheme:dark)');
});

test.each<[string[], string]>([
  [['--svg', 'plain file/one.svg'], '--svg could not make the directory of plain file/one.svg'],
  [['--html', '.'], '--html could not write .'],
  [['--recommend', '--for', 'p95<1s', '--html', 'x.html'], '--html is not for --recommend'],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await simulate(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(existsSync(join(folder.path, 'x.html'))).toBe(false);
});
