import { relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { coreRoot } from './core-files.js';

/**
 * Bundles the tests with the instrumented sources as one script. Its `files` holds a function per test file that loads
 * the file with what it imports, so that a run loads only what it needs.
 */
export async function bundleTests(tests: readonly string[], texts: ReadonlyMap<string, string>): Promise<string> {
  const entries = tests.map(
    (file) => `[${JSON.stringify(relative(coreRoot, file))}]: () => require(${JSON.stringify(file)}),`,
  );
  const { outputFiles } = await build({
    stdin: { contents: `module.exports = {\n${entries.join('\n')}\n};`, resolveDir: coreRoot, loader: 'js' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    conditions: ['@breakwater/source'],
    plugins: [instrumentedSources(texts), ownPackagesOnly],
    write: false,
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild made no bundle');
  return file.text;
}

const instrumentedSources = (texts: ReadonlyMap<string, string>): Plugin => ({
  name: 'instrumented sources',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = texts.get(path);
      return contents === undefined ? undefined : { contents, loader: 'ts' };
    });
  },
});

const ownPackagesOnly: Plugin = {
  name: 'own packages only',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@breakwater/') ? undefined : { external: true },
    );
  },
};
