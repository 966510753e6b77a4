import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { axes } from '../src/matrix/arguments.js';
import { planCells } from '../src/matrix/plan.js';
import { blockOf, markdownBlock } from '../src/matrix/readme-block.js';
import { repository } from './readme-text.js';

const ROOM_MS = 400_000;

describe('the compatibility matrix', () => {
  test('has on the page of compatibility each release, Node and compiler that it is made of', () => {
    const allGreen = planCells(axes).map((cell) => ({ cell, shown: ['all'], failed: [], lacking: [] }));
    // Heads of tables as they are, of all other rows what they are about.
    const frame = (block: string) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line, at, all) => (all[at + 1]?.startsWith('| ---') ? line : line.split('|')[1]));

    const readme = readFileSync(join(repository, 'packages/docs/compatibility.md'), 'utf8');

    expect(frame(blockOf(readme))).toEqual(frame(markdownBlock(allGreen)));
  });

  // Needs a registry and what `npm run build` makes, so `.ci/run` is its place; elsewhere: npm run matrix -- --quick
  (process.env.CI ? test : test.skip)(
    'is green in its corners',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'matrix-'));
      const json = join(directory, 'corners.json');

      const { code, output } = await npmRun('matrix', '--', '--quick', '--no-build', '--json', json);

      expect(`${code}\n${output}`).toMatch(/^0\n[\s\S]*\b0 red\b/);
      const { cells } = JSON.parse(readFileSync(json, 'utf8')) as { cells: { verdict: string }[] };
      expect(new Set(cells.map(({ verdict }) => verdict))).toEqual(new Set(['green']));
      rmSync(directory, { recursive: true, force: true });
    },
    ROOM_MS,
  );
});

function npmRun(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn('npm', ['run', ...args], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
