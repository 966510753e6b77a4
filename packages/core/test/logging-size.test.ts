import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

test('logEvents loads at most 2.2 KB, and no other modules', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/logging.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  });
  const [{ contents, text } = { contents: new Uint8Array(), text: '' }] = outputFiles;
  expect(contents.length).toBeGreaterThan(1_000);
  expect(gzipSync(contents).length).toBeLessThan(2_200);
  expect(text).not.toMatch(/\bimport\b/);
});
