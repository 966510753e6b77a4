import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** The package and core, as a bundler packs them for browsers; axios stays outside. */
async function bundle() {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    conditions: ['@breakwater/source'],
    external: ['axios'],
    logLevel: 'silent',
  });
  return {
    text: outputFiles[0]?.text ?? '',
    imports: Object.values(metafile.outputs).flatMap(({ imports }) => imports),
  };
}

describe('a bundle for browsers', () => {
  test('imports nothing from Node, and nothing but axios from elsewhere', async () => {
    const { imports } = await bundle();

    expect(imports.map(({ path }) => path)).toEqual(['axios']);
  });

  test('does not assume the globals of Node', async () => {
    const { text } = await bundle();

    const globals = /(?<![\w$.])(?:Buffer|setImmediate|__dirname|require\()/.exec(text);
    expect(globals).toBeNull();
  });
});
