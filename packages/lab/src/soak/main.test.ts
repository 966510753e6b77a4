import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';

jest.setTimeout(300_000);

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const command = ['--import', 'tsx', '--conditions=@breakwater/source', 'packages/lab/src/soak/main.ts'];

test.each(['axios', 'got'])('three thousand calls through %s leave nothing behind', async (client) => {
  const child = spawn(process.execPath, [...command, '--calls', '3000', '--client', client], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });

  const [code] = await once(child, 'close');

  expect(stdout).toContain('Nothing was left behind (seed 1).');
  expect(stdout).toMatch(/calls +3,0\d\d/);
  expect(code).toBe(0);
});
