import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('played-in-threads.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

test('the outcomes of two threads are those of one, whatever the policy', async () => {
  const args = ['--import', loader, '--conditions=@breakwater/source', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
  const { one, threadsOfOne, threadsOfTwo, two } = JSON.parse(stdout) as Record<string, unknown>;
  expect({ threadsOfOne, threadsOfTwo }).toEqual({ threadsOfOne: 0, threadsOfTwo: 2 });
  expect(two).toEqual(one);
  expect(one).toMatchObject({ begun: 6 });
  const success = (one as { outcomes: { success: number }[] }).outcomes.map((outcome) => outcome.success);
  // The default policy retries, the one that never does is as good as none.
  expect(success[0]).toBeGreaterThan(success[1] ?? 1);
  expect(success[3]).toBe(success[1]);
  expect(success[4]).toBe(success[1]);
}, 60_000);
