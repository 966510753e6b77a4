import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

// By its name, not by a path: the benches bundle this file to another folder.
const core = dirname(createRequire(import.meta.url).resolve('@breakwater/core/package.json'));

/**
 * The files of core that bundlers for browsers replace, and what they take in place of each. Paths are those within the
 * package.
 */
export function browserFiles(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(core, 'package.json'), 'utf8')).browser;
}

/** Does to core's source what the `browser` field of its package does to its builds, which alone are published. */
export const browserFilesOfSource: Plugin = {
  name: 'browser files of the source',
  setup({ onResolve }) {
    const folder = join(core, 'src', 'outcome');
    const replaced = browserFiles();
    onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      if (dirname(file) !== folder) return undefined;
      const into = replaced[`./dist/esm/outcome/${basename(file)}`];
      return into === undefined ? undefined : { path: join(folder, basename(into).replace(/js$/, 'ts')) };
    });
  },
};
