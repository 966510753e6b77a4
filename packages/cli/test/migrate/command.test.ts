import { chmodSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { breakwater, directoryWith, inProcess } from './breakwater.js';

jest.setTimeout(120_000);

const API = `import axios from 'axios';
import axiosRetry from 'axios-retry';

export const api = axios.create({ baseURL: 'https://api.example.com' });
axiosRetry(api, { retries: 3, retryDelay: axiosRetry.exponentialDelay });
`;
const LOOP = `import axios from 'axios';
export async function load(url) {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      return await axios.get(url);
    } catch {}
  }
}
`;
const PLAIN = 'export const nothing = 1;\n';
const ESCAPE = String.fromCharCode(27);

const directories: { remove(): void }[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) directory.remove();
});

function project(files: Readonly<Record<string, string | Uint8Array>>): string {
  // Its own, so that none of a directory above counts.
  const directory = directoryWith({ 'package.json': '{ "dependencies": { "@breakwater/axios": "1" } }', ...files });
  directories.push(directory);
  return directory.path;
}

describe('breakwater migrate', () => {
  test('prints a diff and what it found, and writes nothing', async () => {
    const cwd = project({ 'src/api.ts': API, 'src/loop.js': LOOP });

    const { code, stdout, stderr } = await breakwater(cwd, ['migrate']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`--- a/src/api.ts
+++ b/src/api.ts
@@ -1,5 +1,5 @@
 import axios from 'axios';
-import axiosRetry from 'axios-retry';
+import axiosRetry from '@breakwater/axios/axios-retry';
 
`);
    expect(stdout).toContain('src/loop.js\n  3:3     todo    a loop repeats a request until it succeeds\n');
    expect(stdout).toContain('2 files looked at: 1 file to rewrite, 1 place to see to by hand, 1 note.');
    expect(stdout).not.toContain(ESCAPE);
    expect(readFileSync(join(cwd, 'src/api.ts'), 'utf8')).toBe(API);
    expect((await inProcess(cwd, ['migrate', '--dry-run'])).stdout).toBe(stdout);
  });

  test('goes from the library to the drop-in and on to a policy, and then has nothing to do', async () => {
    const cwd = project({ 'src/api.ts': API });
    const file = join(cwd, 'src/api.ts');

    const first = await breakwater(cwd, ['migrate', 'src', '--write']);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('Next step') });
    expect(first.stdout).not.toContain('@@');
    const dropIn = readFileSync(file, 'utf8');
    expect(dropIn).toBe(API.replace("'axios-retry'", "'@breakwater/axios/axios-retry'"));

    const second = await breakwater(cwd, ['migrate', 'src', '--to', 'policy', '--write']);
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('What is different with a policy') });
    const policy = readFileSync(file, 'utf8');
    expect(policy).toContain(
      'attachResilience(api, { retry: { maxRetries: 3, backoff: { baseMs: 200, jitter: 0.2 } } });',
    );

    const third = await breakwater(cwd, ['migrate', 'src', '--to', 'policy', '--write', '--check']);
    expect(third).toMatchObject({ code: 0, stderr: '' });
    expect(third.stdout).toContain('1 file looked at: 0 files rewritten, 0 places to see to by hand, 0 notes.');
    expect(readFileSync(file, 'utf8')).toBe(policy);
  });

  test('--check fails while code is left to rewrite or to change by hand', async () => {
    const cwd = project({ 'api.ts': API, 'loop.js': LOOP, 'plain.js': PLAIN });
    const check = async (path: string) => (await inProcess(cwd, ['migrate', path, '--check'])).code;

    expect(await check('api.ts')).toBe(1);
    expect(await check('loop.js')).toBe(1);
    expect(await check('plain.js')).toBe(0);
    expect((await breakwater(cwd, ['migrate', 'api.ts', '--check'])).code).toBe(1);
    expect((await breakwater(cwd, ['migrate', 'api.ts'])).code).toBe(0);
  });

  test('a package that ships only the output of a build gets a message, and that is no failure', async () => {
    const cwd = project({ 'package.json': '{ "name": "p" }', 'dist/index.js': API, 'node_modules/a/dist/b.js': API });

    const { code, stdout } = await inProcess(cwd, ['migrate', '--check']);

    expect(stdout).toContain('nothing to migrate but the output of a build: dist\n');
    expect(code).toBe(0);
    expect((await inProcess(project({ 'node_modules/a/dist/b.js': API }), ['migrate'])).code).toBe(2);
  });

  test('--json prints JSON for programs', async () => {
    const cwd = project({ 'api.ts': API, 'loop.js': LOOP });

    const { stdout, code } = await breakwater(cwd, ['migrate', '--json', '--to', 'policy'], { FORCE_COLOR: '1' });

    const report = JSON.parse(stdout);
    expect({ code, ...report, findings: report.findings.length }).toEqual({
      code: 0,
      step: 'policy',
      written: false,
      filesLookedAt: 2,
      filesChanged: ['api.ts'],
      left: 2,
      findings: 2,
    });
    expect(report.findings[1]).toEqual({
      file: 'loop.js',
      line: 3,
      column: 3,
      level: 'todo',
      topic: 'hand-written-loop',
      message: 'a loop repeats a request until it succeeds',
      advice: expect.stringContaining('Attach a policy'),
      differences: [],
    });
  });

  test('has colours only if they are wanted', async () => {
    const cwd = project({ 'api.ts': API });
    const coloured = await breakwater(cwd, ['migrate'], { FORCE_COLOR: '1' });
    const plain = await breakwater(cwd, ['migrate'], { FORCE_COLOR: '1', NO_COLOR: '1' });

    expect(coloured.stdout).toContain(`${ESCAPE}[31m-import axiosRetry from 'axios-retry';${ESCAPE}[39m`);
    expect(plain.stdout).not.toContain(ESCAPE);
  });

  test('skips files that are no sources of the project', async () => {
    const cwd = project({
      '.gitignore': 'generated/\n',
      'src/.gitignore': 'local.js\n',
      'src/api.js': API,
      'src/local.js': API,
      'generated/api.js': API,
      'node_modules/x/index.js': API,
      'src/node_modules/y/index.js': API,
      'dist/api.js': API,
      '.git/hooks/api.js': API,
      'src/api.json': '"axios-retry"',
      '.storybook/preview.js': API,
    });
    symlinkSync('..', join(cwd, 'src/loop'));

    const { stdout } = await inProcess(cwd, ['migrate', '--json']);
    expect(JSON.parse(stdout).filesChanged).toEqual(['.storybook/preview.js', 'src/api.js']);
    const named = await inProcess(cwd, ['migrate', '--json', 'dist', 'src/local.js', 'dist/api.js']);
    expect(JSON.parse(named.stdout).filesChanged).toEqual(['dist/api.js', 'src/local.js']);
  });

  test('reports a file that it cannot read, and goes on with the others', async () => {
    const cwd = project({
      'api.js': API,
      'broken.js': `${API}const = 1;\n`,
      'latin1.js': Buffer.from("// axios, na\u00efve\nimport 'axios-retry';\n", 'latin1'),
      'lib.min.js': API,
      'huge.js': `${API}//${' '.repeat(2_000_000)}\n`,
      'long.js': `${API}const a = "${'x'.repeat(20_001)}";\n`,
    });
    symlinkSync('nowhere.js', join(cwd, 'dangling.js'));

    const { code, stdout } = await inProcess(cwd, ['migrate', '.', 'missing.js', 'dangling.js', '--write', '--json']);

    const { findings, filesChanged } = JSON.parse(stdout);
    const told = findings
      .filter(({ topic }: { topic: string }) => topic === 'file')
      .map(({ file, line, level, message }: Record<string, string>) => `${file}:${line} ${level} ${message}`);
    expect(told.sort()).toEqual([
      'broken.js:6 error cannot be parsed: Unexpected token',
      'dangling.js:1 error no such file or directory',
      'huge.js:1 note skipped: larger than 2 MB',
      'latin1.js:1 error is not UTF-8',
      'lib.min.js:1 note skipped: minified',
      'long.js:1 note skipped: minified',
      'missing.js:1 error no such file or directory',
    ]);
    expect({ code, filesChanged }).toEqual({ code: 1, filesChanged: ['api.js'] });
  });

  test('keeps the mode of a file, writes through a link, and reports a file that it may not write', async () => {
    const cwd = project({ 'bin/run.js': `#!/usr/bin/env node\n${API}`, 'locked.js': API, 'elsewhere/real.js': API });
    chmodSync(join(cwd, 'bin/run.js'), 0o755);
    chmodSync(join(cwd, 'locked.js'), 0o444);
    symlinkSync('elsewhere/real.js', join(cwd, 'link.js'));

    const { code, stdout } = await inProcess(cwd, ['migrate', 'bin', 'link.js', 'locked.js', '--write']);

    expect(statSync(join(cwd, 'bin/run.js')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(cwd, 'bin/run.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\nimport axios /);
    expect(readFileSync(join(cwd, 'elsewhere/real.js'), 'utf8')).toContain('@breakwater/axios/axios-retry');
    // The superuser may write anywhere.
    const isAllowed = process.getuid?.() === 0;
    expect(code).toBe(isAllowed ? 0 : 1);
    if (!isAllowed) expect(stdout).toContain('cannot be written: permission denied');
  });

  test('reports which packages to install and to uninstall, with the package manager of the project', async () => {
    const cwd = project({
      'package.json': '{ "dependencies": { "axios": "1", "axios-retry": "4" } }',
      'pnpm-lock.yaml': '',
      'api.js': API,
      'packages/b/package.json': '{ "dependencies": { "@breakwater/axios": "0", "retry-axios": "3" } }',
      'packages/b/b.js': "import * as rax from 'retry-axios';\nrax.attach();\n",
    });

    const { stdout } = await inProcess(cwd, ['migrate', '--write']);
    expect(stdout).toContain('pnpm add @breakwater/axios && pnpm remove axios-retry\n');
    expect(stdout).toContain('packages/b/package.json\n');
    expect(stdout).toContain('pnpm remove retry-axios\n');
    expect(JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))).toHaveProperty(['dependencies', 'axios-retry']);
    expect((await inProcess(cwd, ['migrate', '--check'])).code).toBe(1);
  });

  test('reports a release that does not work with the adapters', async () => {
    const cwd = project({
      'package.json':
        '{ "name": "@breakwater/axios", "dependencies": { "axios": "~1.3.0", "got": "^11.8.0", "@breakwater/got": "1" } }',
      'api.js': API,
      'client.js': "import got from 'got';\nexport default got.extend({ retry: { limit: 5 } });\n",
    });

    const { findings } = JSON.parse((await inProcess(cwd, ['migrate', '--to', 'policy', '--json'])).stdout);
    const told = findings.filter(({ topic }: { topic: string }) => topic === 'dependency');
    expect(told.map(({ message }: { message: string }) => message)).toEqual([
      '@breakwater/axios does not work with axios ~1.3.0',
      '@breakwater/got does not work with got ^11.8.0',
    ]);
  });

  test.each([
    ['an option that is none', ['--wirte'], "unknown option '--wirte'"],
    ['a step that is none', ['--to', 'heaven'], 'Allowed choices are dropin, policy'],
    ['two things at once', ['--dry-run', '--write'], "cannot be used with option '--write'"],
    ['a path that leads nowhere', ['nowhere'], 'nowhere: no such file or directory'],
    ['a file of another kind', ['notes.md'], 'notes.md: no kind of file that is migrated'],
    ['a directory without sources', ['docs'], 'no JavaScript, TypeScript or Vue file in docs'],
  ])('%s is bad usage', async (_, args, message) => {
    const cwd = project({ 'notes.md': 'axios', 'docs/readme.md': 'axios' });
    const { code, stdout, stderr } = await inProcess(cwd, ['migrate', ...args]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('ends with 2 as a process, with the reason on standard error', async () => {
    const { code, stdout, stderr } = await breakwater(project({}), ['migrate', '--to', 'heaven']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: option '--to <step>' argument 'heaven' is invalid/);
  });

  test('prints its help', async () => {
    const { code, stdout } = await breakwater(project({}), ['migrate', '--help']);

    expect(code).toBe(0);
    for (const word of ['--to <step>', '--dry-run', '--write', '--check', '--json', 'Exit codes', 'Examples']) {
      expect(stdout).toContain(word);
    }
  });
});
