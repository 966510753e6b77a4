import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { directoryWith } from '../migrate/breakwater.js';

/** Runs a command in a terminal of its own; part of every Debian. That of BSD takes other arguments. */
const SCRIPT = '/usr/bin/script';
const isThere = process.platform === 'linux' && existsSync(SCRIPT);
// Without it the suite is skipped, with the reason in its title, but fails if `CI` is set.
const describeWithTerminal = isThere || process.env.CI ? describe : describe.skip;

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

describeWithTerminal(`on a real terminal${isThere ? '' : ', for want of script'}`, () => {
  const folder = directoryWith({
    'calm.json': JSON.stringify({
      clients: { client: { traffic: { kind: 'even', perSecond: 50 } } },
      phases: [
        { name: 'before', ms: 1_000 },
        { name: 'after', ms: 1_000 },
      ],
    }),
  });
  afterAll(() => folder.remove());

  async function shownIn(columns: number): Promise<string> {
    const breakwater = `"${process.execPath}" --import "${loader}" --conditions=@breakwater/source "${main}"`;
    const command = `stty cols ${columns} && ${breakwater} simulate calm.json`;
    const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
    const { stdout } = await promisify(execFile)(SCRIPT, ['-qec', command, '/dev/null'], {
      cwd: folder.path,
      env: { ...env, NODE_OPTIONS: '', TERM: 'xterm' },
    });
    return stdout;
  }

  test.each([
    [100, 100],
    // A terminal that does not know its size.
    [0, 80],
  ])(
    'of %d columns, progress comes and goes and sparklines are there',
    async (columns, width) => {
      const shown = await shownIn(columns);
      const [progress = '', report = ''] = shown.split(/(?=Simulation of calm\.json)/);
      expect(progress).toContain('\r\u001b[2Kcalm.json: defaults, seed 1 (1 of 2)');
      expect(progress).toContain('\r\u001b[2Kcalm.json: none, seed 1 (2 of 2), 50 %');
      // The last one is taken away before the first line of the report, which is bold.
      expect(progress.replace('\u001b[1m', '').endsWith('\r\u001b[2K')).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colours begin with one
      const plain = report.replaceAll(/\u001b\[\d+m/g, '');
      expect(plain).toMatch(/ {2}defaults {2}█{60}\r\n/);
      expect(Math.max(...plain.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(report).not.toBe(plain);
    },
    60_000,
  );
});
