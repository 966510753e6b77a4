import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

/** Programs of the bench's processes. */
export interface Built {
  /** Runs one section. */
  readonly section: string;
  remove(): void;
}

/** The packages that are measured. */
const PACKAGES = ['core', 'axios', 'got', 'otel'];

const packages = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The bench as plain JavaScript, with packages of its own to import: the ES modules that `npm run build` emits, file by
 * file, which `isolatedModules` makes the same without a look at the types. A private copy, so that a build or an edit
 * under way changes nothing. What is not of this repository comes from node_modules as it was published.
 */
export async function buildBench(): Promise<Built> {
  const cache = join(packages, 'lab/node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'bench-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    for (const name of PACKAGES) emitPackage(name, join(directory, 'node_modules/@breakwater', name));
    await build({
      entryPoints: ['section', 'got-server', 'memory-child'].map((name) => join(packages, `lab/src/bench/${name}.ts`)),
      outdir: directory,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { section: join(directory, 'section.mjs'), remove };
}

const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ES2022,
  verbatimModuleSyntax: true,
  isolatedModules: true,
} satisfies ts.CompilerOptions;

function emitPackage(name: string, target: string): void {
  const source = join(packages, name, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file),
  );
  for (const file of files) {
    const { outputText } = ts.transpileModule(readFileSync(join(source, file), 'utf8'), { compilerOptions: OPTIONS });
    const emitted = join(target, 'dist/esm', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(emitted), { recursive: true });
    writeFileSync(emitted, outputText);
  }
  writeFileSync(join(target, 'package.json'), readFileSync(join(packages, name, 'package.json')));
}
