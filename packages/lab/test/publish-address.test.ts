import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { addressIn, manifestWith, readmeWith, relativeLinks } from '../src/publish/address.js';
import { readmes, repository } from './readme-text.js';
import { manifestOf, packageNames } from './source-tree.js';

const published = packageNames().filter((name) => manifestOf(name).private !== true);
const address = { web: 'https://example.com/o/r', git: 'git+https://example.com/o/r.git' };

test.each(['https://example.com/o/r', 'git+https://example.com/o/r.git', 'https://example.com/o/r/'])(
  '%s is an address',
  (url) => {
    expect(addressIn(url)).toEqual(address);
  },
);

test('an empty address is none, and an invalid one is rejected', () => {
  expect([addressIn(''), addressIn(undefined)]).toEqual([undefined, undefined]);
  for (const url of ['o/r', 'https://example.com', 'git@example.com:o/r.git', 5]) {
    expect(() => addressIn(url)).toThrow('repository.url must be the https address of a repository, got');
  }
});

test('a manifest gets its directory, its page and its tracker from the address', () => {
  expect(manifestWith({ name: 'x' }, 'packages/core', address)).toEqual({
    name: 'x',
    repository: { type: 'git', url: 'git+https://example.com/o/r.git', directory: 'packages/core' },
    homepage: 'https://example.com/o/r/tree/main/packages/core#readme',
    bugs: { url: 'https://example.com/o/r/issues' },
  });
});

test('the relative links of a README become absolute, and nothing else changes', () => {
  const text =
    '[a](../docs/a.md#part) [b](#b) [c](https://c.example/) [d](LICENSE)\n```md\n[e](../e.md)\n```\n[f](../../f.md)\n';
  expect(readmeWith(text, 'packages/core', address)).toBe(
    '[a](https://example.com/o/r/blob/main/packages/docs/a.md#part) [b](#b) [c](https://c.example/) ' +
      '[d](https://example.com/o/r/blob/main/packages/core/LICENSE)\n```md\n[e](../e.md)\n```\n' +
      '[f](https://example.com/o/r/blob/main/f.md)\n',
  );
  expect(relativeLinks(text, 'packages/core')).toEqual(['packages/docs/a.md', 'packages/core/LICENSE', 'f.md']);
});

test.each(published)('%s has keywords, and no address of its own', (name) => {
  const { keywords, repository: own, homepage, bugs } = manifestOf(name);
  expect((keywords as string[]).length).toBeGreaterThan(3);
  expect([own, homepage, bugs]).toEqual([undefined, undefined, undefined]);
});

test('no README of a package names the address of the repository itself', () => {
  const { url } = (manifestOf('..').repository ?? {}) as { url?: string };
  const known = addressIn(url)?.web ?? 'https://github.com/breakwater';
  expect(
    readmes()
      .filter(({ lines }) => lines.some((line) => line.includes(known)))
      .map(({ path }) => path),
  ).toEqual([]);
});

test('npm run check:publish fails while there is no address', async () => {
  const { url } = (manifestOf('..').repository ?? {}) as { url?: string };
  const run = promisify(execFile)('npm', ['run', '--silent', 'check:publish'], { cwd: repository });
  if (addressIn(url) === undefined) {
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('repository.url is empty') });
  } else {
    await expect(run).resolves.toMatchObject({ stderr: '' });
  }
}, 60_000);
