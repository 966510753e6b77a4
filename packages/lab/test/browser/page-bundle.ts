import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browserFilesOfSource } from '../../src/harness/browser-files.js';

export interface PageBundle {
  readonly text: string;
  /** Remaining imports: none, in a script. */
  readonly imports: readonly string[];
}

/** The script of the page, as a bundler packs it for browsers. */
export async function bundlePage(): Promise<PageBundle> {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page-entry.ts', import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    conditions: ['@breakwater/source'],
    plugins: [browserFilesOfSource],
    logLevel: 'silent',
  });
  return {
    text: outputFiles[0]?.text ?? '',
    imports: Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
  };
}
