import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';

/** Far more than it takes: a compiler, six processes and 100,000 keys. */
const TIMEOUT_MS = 180_000;

const lab = fileURLToPath(new URL('../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Report {
  readonly groups: readonly { readonly name: string; readonly cases: readonly { name: string; samples: number[] }[] }[];
  readonly targets: readonly { readonly target: string; readonly measured: number; readonly met: boolean }[];
}

function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const flags = ['--import', 'tsx', '--conditions=@breakwater/source', join(lab, 'src/bench/main.ts')];
  return promisify(execFile)(process.execPath, [...flags, ...args], {
    cwd: lab,
    env: { ...process.env, NODE_OPTIONS: '', INIT_CWD: directory },
  });
}

test(
  'every section runs, prints its tables and targets, and writes them as JSON',
  async () => {
    const { stdout, stderr } = await bench('--rounds', '1', '--batch', '50', '--json', 'figures.json');

    const { groups, targets } = JSON.parse(readFileSync(join(directory, 'figures.json'), 'utf8')) as Report;
    expect(groups.map(({ name }) => name)).toEqual([
      'execute: an async function',
      'execute: an async function, one listener',
      'execute: a turn of the event loop',
      'execute: a turn of the event loop, one listener',
      'axios: GET',
      'axios: POST with a JSON body',
      'got: GET over loopback, 32 at a time',
      'reject: by an open circuit',
      'allocation: execute',
      'allocation: axios GET',
      'memory: an idle key',
      'memory: heap of keys, used and evicted',
      'memory: timers of all those keys',
      'memory: a call among many keys',
      ...['an open circuit', '100 listeners', 'a full limit with 5,000 waiting'].flatMap((what) =>
        ['processor', 'garbage', 'event loop late at most by'].map((figure) => `bad day: ${what}, ${figure}`),
      ),
      'otel: execute, no SDK',
      'otel: execute, an SDK',
      'bundle: for browser',
      'bundle: for node',
    ]);
    const samples = groups.flatMap(({ cases }) => cases.map((one) => one.samples));
    expect(samples.filter((one) => one.length !== 1 || !Number.isFinite(one[0]))).toEqual([]);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter(({ measured }) => !Number.isFinite(measured))).toEqual([]);
    for (const { name } of groups) expect(stdout).toContain(`\n${name}\n`);
    expect(stdout).toMatch(/Targets: \d+ of \d+ met/);
    expect(stderr).toContain('[9/9] bundle');
  },
  TIMEOUT_MS,
);

test(
  'what is not used of the packages is not in a bundle, and an import for nothing adds nothing',
  async () => {
    const { stdout } = await bench('--only', 'bundle', '--json');

    const { groups, targets } = JSON.parse(stdout) as Report;
    const sizes = groups.map(({ cases }) => cases.find(({ name }) => name.endsWith('for nothing'))?.samples);
    expect(sizes).toEqual([[0], [0]]);
    // The size of the whole is not what was asked for; bundle.test.ts bounds it.
    const parts = targets.filter(({ target }) => !target.endsWith('core and the axios adapter'));
    expect(parts.map(({ met }) => met)).toEqual(new Array(6).fill(true));
  },
  TIMEOUT_MS,
);

test(
  'names wrong arguments',
  async () => {
    await expect(bench('--only', 'everything')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There are execute, axios'),
    });
  },
  TIMEOUT_MS,
);
