import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles the suites for both module systems: `axios-suite.mjs`, `axios-suite.cjs` and so on. They import Node's
 * modules alone.
 */
export async function bundleSuites(directory: string): Promise<void> {
  const entryPoints = ['axios-suite', 'got-suite'].map((name) =>
    fileURLToPath(new URL(`./suite/${name}.ts`, import.meta.url)),
  );
  for (const [format, extension] of [
    ['esm', '.mjs'],
    ['cjs', '.cjs'],
  ] as const) {
    await build({
      entryPoints,
      outdir: directory,
      outExtension: { '.js': extension },
      bundle: true,
      platform: 'node',
      target: 'node20',
      format,
      logLevel: 'error',
    });
  }
}
