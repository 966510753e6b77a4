import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

export interface Bundle {
  readonly client: string;
  readonly server: string;
  remove(): void;
}

/**
 * Bundles the two process entries as plain JavaScript: a loader that compiles on the way would distort the measurement.
 * Packages of this repository are bundled from source, all others stay as they are installed.
 */
export async function bundleProcesses(): Promise<Bundle> {
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, 'storm-'));
  const remove = (): void => rmSync(outdir, { recursive: true, force: true });
  try {
    await build({
      entryPoints: ['client', 'server'].map((name) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))),
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['@breakwater/source'],
      plugins: [ownPackagesOnly],
      logLevel: 'warning',
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { client: join(outdir, 'client.mjs'), server: join(outdir, 'server.mjs'), remove };
}

const ownPackagesOnly: Plugin = {
  name: 'own packages only',
  setup(builder) {
    builder.onResolve({ filter: /^[^.]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@breakwater/') ? undefined : { external: true },
    );
  },
};
