import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

test('the scripts in lua.ts are those of src/scripts', () => {
  const program = fileURLToPath(new URL('../scripts/embed-lua.mjs', import.meta.url));
  expect(() => execFileSync(process.execPath, [program, '--check'], { stdio: 'pipe' })).not.toThrow();
});
