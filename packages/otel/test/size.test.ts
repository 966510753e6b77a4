import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

test('the package is at most 6 KB compressed, without the core and the API, and imports nothing of Node', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    // Anything of Node would fail here.
    platform: 'browser',
    external: ['@breakwater/core', '@breakwater/core/*', '@opentelemetry/api'],
  });
  const size = gzipSync(outputFiles[0]?.contents ?? '').length;
  expect(size).toBeGreaterThan(2_000);
  expect(size).toBeLessThan(6_000);
});
