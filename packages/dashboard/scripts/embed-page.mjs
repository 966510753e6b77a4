// Bundles page/ (including uPlot) into src/assets.ts, so that every build, bundler and test runner has the page without
// reading a file at run time. With --check it only reports if they are the same. Run it after a change of the page:
// `npm run embed --workspace packages/dashboard`.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const target = new URL('../src/assets.ts', import.meta.url);
const entry = (name) => fileURLToPath(new URL(`../page/${name}`, import.meta.url));

// The bundle contains the licence of each bundled library.
const licence = readFileSync(new URL('../LICENSE', import.meta.resolve('uplot')), 'utf8').trim();
const banner = `/*!\nuPlot: ${licence}\n*/`;

const { outputFiles } = await build({
  entryPoints: { app: entry('main.ts'), style: entry('page.css') },
  outdir: '/',
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  target: ['es2021', 'chrome100', 'firefox100', 'safari15'],
  charset: 'ascii',
  banner: { js: banner, css: banner },
  logLevel: 'warning',
});

const parts = [
  ['script', '.js'],
  ['style', '.css'],
].map(([name, ending]) => {
  const { text } = outputFiles.find(({ path }) => path.endsWith(ending));
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return `export const ${name}: string = ${JSON.stringify(text)};\nexport const ${name}Hash = '${hash}';\n`;
});
const made = ['// Made from page/ by scripts/embed-page.mjs: change that, then `npm run embed`.\n', ...parts].join(
  '\n',
);

if (!process.argv.includes('--check')) {
  writeFileSync(target, made);
} else if (readFileSync(target, 'utf8') !== made) {
  console.error('src/assets.ts is not what page/ says: npm run embed --workspace packages/dashboard');
  process.exit(1);
}
