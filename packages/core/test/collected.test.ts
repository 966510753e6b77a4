import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const worker = fileURLToPath(new URL('./collected-worker.ts', import.meta.url));

/** Runs in a process of its own, whose garbage collector can be called and which holds no objects of a test runner. */
async function aliveAfter(scenario: string) {
  const flags = ['--expose-gc', '--conditions', '@breakwater/source', '--import', 'tsx'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, worker, scenario]);
  return JSON.parse(stdout) as { readonly alive: readonly string[]; readonly watched: number; readonly bytes: number };
}

it.each([
  'an error that opened a circuit',
  'an answer that opened a circuit',
  'an answer that began a cool-down',
  'a call that was retried',
  'a call that its caller has cancelled',
])(
  'frees the 80 MB body of %s',
  async (scenario) => {
    const { alive, bytes, watched } = await aliveAfter(scenario);

    expect(alive).toEqual([]);
    expect(watched).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(1_000_000);
  },
  30_000,
);
