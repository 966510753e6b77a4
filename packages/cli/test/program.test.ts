import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, test } from '@jest/globals';
import { breakwater } from './migrate/breakwater.js';
import { shownOn } from './screen.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Far more than it takes, on a machine with time to spare. */
const TIMEOUT_MS = 60_000;

describe('as a process', () => {
  it(
    'prints its purpose on standard output, with an example of each command',
    async () => {
      const { code, stdout, stderr } = await breakwater(tmpdir(), ['--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/retries\s+that\s+cannot\s+storm/);
      expect(stdout).toMatch(/^ {2}breakwater explain policy\.json/m);
      expect(stdout).toMatch(/^ {2}breakwater migrate src/m);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'has a version',
    async () => {
      expect(await breakwater(tmpdir(), ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    },
    TIMEOUT_MS,
  );

  it(
    'ends with 2 and a message on standard error for wrong arguments',
    async () => {
      const { code, stdout, stderr } = await breakwater(tmpdir(), ['explian']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain("unknown command 'explian'\n(Did you mean explain?)");
    },
    TIMEOUT_MS,
  );

  it(
    'ends quietly when its output is closed',
    async () => {
      const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
      const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
      const flags = ['--import', loader, '--conditions=@breakwater/source'];
      const child = spawn(process.execPath, [...flags, main, 'explain', '--preset', 'standard'], {
        env: { ...process.env, NODE_OPTIONS: '' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.destroy();
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const [code] = await once(child, 'close');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
    TIMEOUT_MS,
  );
});

test.each([
  [['--frob'], "unknown option '--frob'"],
  [['explain', '--preset', 'standard', '--frob'], "unknown option '--frob'"],
  [['explain', 'a.json', 'b.json'], 'too many arguments'],
  [['explain'], 'give the file of a policy, or --preset <name>'],
  [['explain', 'a.json', '--preset', 'standard'], 'give a file or --preset, not both'],
  [
    ['explain', '--preset', 'toString'],
    '--preset must be one of standard, externalApi, internalService, batch, coldStart',
  ],
  [['explain', '--preset', 'standard', '--export', 'a'], '--export is for modules'],
  [['explain', 'a.json', '--export', 'a'], '--export is for modules'],
  [['explain', '--preset', 'standard', '--check'], '--check needs --markdown <file>'],
  [['explain', '--preset', 'standard', '--check', '--markdown'], '--check needs --markdown <file>'],
  [['explain', '--markdown', 'policy.json'], 'policy.json was taken for the document of --markdown'],
  [['explain', '--preset', 'standard', '--json', '--markdown'], 'cannot be used with'],
  [['explain', '--preset', 'standard', '--rate', '0'], 'must be a number above 0'],
  [['explain', '--preset', 'standard', '--rate', 'fast'], 'must be a number above 0'],
  [['explain', '--preset', 'standard', '--ignore', 'jitter'], 'There are no-jitter, '],
])('breakwater %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await shownOn({}, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^error: /);
});

it('shows its help as bad usage without a command', async () => {
  const { code, stderr } = await shownOn({});
  expect(code).toBe(2);
  expect(stderr).toContain('Usage: breakwater');
});

test.each([['explain'], ['migrate']])('%s has a help of its own, with examples', async (command) => {
  const { code, stdout } = await shownOn({ columns: 100 }, command, '--help');
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: breakwater ${command}`);
  expect(stdout).toMatch(new RegExp(`Examples:\\n {2}breakwater ${command}`));
});

it('has colours on a terminal, and none in a pipe', async () => {
  const colored = async (screen: Parameters<typeof shownOn>[0]) =>
    (await shownOn(screen, 'explain', '--preset', 'coldStart')).stdout.includes('\u001b[');
  expect(await colored({ isTTY: true })).toBe(true);
  expect(await colored({})).toBe(false);
  expect(await colored({ isTTY: true, env: { NO_COLOR: '1' } })).toBe(false);
  expect(await colored({ env: { FORCE_COLOR: '1' } })).toBe(true);
});
