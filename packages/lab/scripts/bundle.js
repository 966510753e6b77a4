// Bundles imports from development dependencies into a built module.
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Modules with bundled packages. They import nothing of their own package, so that nothing is included twice. */
export const BUNDLED = { cli: ['simulate/chart/echarts'] };

/** Bundles an ES module in its place, with the licences of all that gets into it. */
export async function bundle(file) {
  await build({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // A package that is tried elsewhere is bundled with what is installed here.
    nodePaths: ['../../cli/node_modules', '../../../node_modules'].map((path) =>
      fileURLToPath(new URL(path, import.meta.url)),
    ),
    legalComments: 'none',
    banner: { js: `/*!\n${licences()}\n*/` },
    logLevel: 'warning',
  });
  rmSync(`${file}.map`, { force: true });
}

function licences() {
  const cli = createRequire(new URL('../../cli/package.json', import.meta.url));
  const echarts = dirname(cli.resolve('echarts/package.json'));
  const zrender = dirname(createRequire(join(echarts, 'package.json')).resolve('zrender/package.json'));
  const files = [
    join(echarts, 'NOTICE'),
    join(echarts, 'LICENSE'),
    join(echarts, 'licenses/LICENSE-d3'),
    join(zrender, 'LICENSE'),
  ];
  return files.map((file) => readFileSync(file, 'utf8').trim().replaceAll('*/', '* /')).join('\n\n');
}
