// Builds every package that is published, core first: src -> dist/esm and dist/cjs, each with its own declarations.
// One without a `main` is for ESM alone.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { CALLABLE, callable } from './callable.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** These run outside Node too, so their sources have to compile without its types. */
const runsAnywhere = new Set(['core', 'axios']);

for (const name of publishedPackages()) {
  const directory = join(root, 'packages', name);
  rmSync(join(directory, 'dist'), { recursive: true, force: true });
  for (const type of manifestOf(name).main === undefined ? ['module'] : ['module', 'commonjs']) {
    compile(name, directory, type);
  }
  copyFileSync(join(root, 'LICENSE'), join(directory, 'LICENSE'));
}

/** Core is the one that the others need built. */
function publishedPackages() {
  const names = readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !manifestOf(entry.name).private)
    .map((entry) => entry.name);
  return names.sort((a, b) => Number(b === 'core') - Number(a === 'core'));
}

function manifestOf(name) {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
}

function compile(name, directory, type) {
  const outDir = join(directory, 'dist', type === 'module' ? 'esm' : 'cjs');
  const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(
    join(directory, 'tsconfig.json'),
    {
      outDir,
      rootDir: join(directory, 'src'),
      noEmit: false,
      noEmitOnError: true,
      declaration: true,
      sourceMap: true,
      inlineSources: true,
      // Other packages are seen as their users see them: built.
      customConditions: [],
      verbatimModuleSyntax: type === 'module',
      ...(runsAnywhere.has(name) && { types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] }),
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  );
  const sources = fileNames.filter(
    (file) => file.startsWith(join(directory, 'src/')) && !/\.test(-d)?\.ts$/.test(file),
  );

  const program = ts.createProgram(sources, options, hostFor(options, directory, type));
  const { diagnostics } = program.emit();
  const problems = ts.sortAndDeduplicateDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics]);
  if (problems.length > 0) {
    fail(...problems);
  }
  for (const module of type === 'commonjs' ? (CALLABLE[name] ?? []) : []) {
    const file = join(outDir, `${module}.js`);
    writeFileSync(file, callable(readFileSync(file, 'utf8')));
  }
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify({ type, sideEffects: false }, null, 2)}\n`);
  console.log(`@breakwater/${name}: ${sources.length} files as ${type}`);
}

/** The compiler takes the module format from the nearest package.json: this shows it the package as if of the given type. */
function hostFor(options, directory, type) {
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile;
  host.readFile = (file) => {
    const text = readFile(file);
    return file === join(directory, 'package.json') ? JSON.stringify({ ...JSON.parse(text), type }) : text;
  };
  return host;
}

function fail(...diagnostics) {
  const format = { getCurrentDirectory: () => root, getCanonicalFileName: (file) => file, getNewLine: () => '\n' };
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, format));
  process.exit(1);
}
