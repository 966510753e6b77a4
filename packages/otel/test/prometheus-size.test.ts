import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

test('the Prometheus entry is at most 5 KB compressed, without the core', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/prometheus.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    external: ['@breakwater/core', '@breakwater/core/*'],
    write: false,
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  expect(contents.length).toBeGreaterThan(5_000);
  expect(gzipSync(contents).length).toBeLessThan(5_000);
});
