import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';

it('does not keep a recorded policy alive', () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = fileURLToPath(new URL('collected-child.ts', import.meta.url));
  const left = execFileSync(
    process.execPath,
    ['--expose-gc', '--conditions=@breakwater/source', '--import', tsx, script],
    { encoding: 'utf8' },
  );
  // The last one may still be on the stack.
  expect(Number(left)).toBeLessThanOrEqual(1);
});
