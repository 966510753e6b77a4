import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const reporter = join(repository, 'packages/lab/scripts/skipped-suites.mjs');
let project: string;

// A project with the suites of a machine that has neither program, as the helpers of the packages name them.
beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'skipped-')));
  const suites = {
    'fleet.spec.cjs': "left('a fleet', 'redis-server', 2)",
    'lease.spec.cjs': "left('a lease', 'redis-server', 1)",
    'page.spec.cjs': "left('a page', 'chromium', 1)",
    'plain.spec.cjs': "test('runs', () => {}); test.skip('is of no interest', () => {})",
  };
  const left = `function left(title, program, count) {
    const missing = title + ', for want of ' + program;
    if (process.env.CI) return test(missing, () => { throw new Error('missing') });
    describe.skip(missing, () => { for (let n = 0; n < count; n += 1) test('test ' + n, () => {}) });
  }\n`;
  for (const [name, code] of Object.entries(suites)) writeFileSync(join(project, name), left + code);
  // Without the cache of times, in which a run leaves an order to the next.
  const shared = { testMatch: ['**/*.spec.cjs'], rootDir: project, transform: {}, cache: false };
  const config = { ...shared, reporters: ['default', reporter] };
  writeFileSync(join(project, 'jest.config.json'), JSON.stringify(config));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(ci: string, ...options: string[]) {
  const jest = join(repository, 'node_modules/jest/bin/jest.js');
  const env = { ...process.env, CI: ci, NODE_OPTIONS: '' };
  const args = [jest, '--config', join(project, 'jest.config.json'), '--runInBand', ...options];
  return spawnSync(process.execPath, args, { cwd: project, env, encoding: 'utf8' });
}

const COMMAND = 'This brings them (Debian): apt-get install -y chromium redis-server';

test('the last lines of a run name the skipped suites and the command that brings them, also with --json', () => {
  const { status, stdout, stderr } = run('', '--json');
  const lines = stderr.trimEnd().split('\n').slice(-6);
  expect(lines).toEqual([
    'SKIPPED for want of redis-server, 2 suites, 3 tests:',
    '  fleet.spec.cjs',
    '  lease.spec.cjs',
    'SKIPPED for want of chromium, 1 suite, 1 test:',
    '  page.spec.cjs',
    COMMAND,
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 1, numPendingTests: 5 });
  expect(status).toBe(0);
});

test('the run fails with the same lines if nothing may be skipped', () => {
  const { status, stderr } = run('true');
  expect(status).toBe(1);
  expect(stderr).toContain('FAILED for want of redis-server, 2 suites:\n  fleet.spec.cjs\n  lease.spec.cjs\n');
  expect(stderr.trimEnd().endsWith(COMMAND)).toBe(true);
});

test('a run without skipped suites prints nothing about them', () => {
  const { stderr } = run('', 'plain');
  expect(stderr).toContain('1 passed');
  expect(stderr).not.toContain('This brings them');
});
