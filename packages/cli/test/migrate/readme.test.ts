import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { directoryWith, inProcess } from './breakwater.js';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const section = /^## breakwater migrate\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readme)?.[1] ?? '';

test('the README shows what the command prints', async () => {
  const inputs = [...section.matchAll(/<!-- migrate (\S+) -->\n```\w+[^\n]*\n([\s\S]*?)^```$/gm)];
  const [, promised = ''] = /^```text\n([\s\S]*?)^```$/m.exec(section) ?? [];
  const manifest = '{ "dependencies": { "axios": "^1.7.0", "axios-retry": "^4.5.0" } }';
  const files = Object.fromEntries(inputs.map(([, path = '', text = '']) => [path, text]));
  expect(Object.keys(files)).toEqual(['src/orders.ts', 'src/stock.ts']);
  const directory = directoryWith({ 'package.json': manifest, ...files });
  try {
    const { code, stdout, stderr } = await inProcess(directory.path, ['migrate', '--to', 'policy']);

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: promised, stderr: '' });
  } finally {
    directory.remove();
  }
});

test('the README names every option of the command, and no other', async () => {
  const { stdout } = await inProcess('.', ['migrate', '--help']);
  const optionsIn = (text: string) =>
    [...new Set([...text.matchAll(/^\s*(?:\| `)?(--[a-z][a-z-]*)/gm)].map(([, option]) => option))].sort();

  const documented = optionsIn(section);
  expect(documented.length).toBeGreaterThan(0);
  expect([...documented, '--help'].sort()).toEqual([...new Set([...optionsIn(stdout), '--help'])].sort());
});
