// Builds every package that is published, each after those it depends on: src -> dist/esm and dist/cjs, each with its
// own declarations. One without a `main` is for ESM alone.
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { browserFieldOf } from './browser-field.js';
import { BUNDLED, bundle } from './bundle.js';
import { CALLABLE, callable, callableTypes } from './callable.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** These run outside Node too, so their sources have to compile without its types. */
const runsAnywhere = new Set(['core', 'axios']);

for (const name of publishedPackages()) {
  const directory = join(root, 'packages', name);
  rmSync(join(directory, 'dist'), { recursive: true, force: true });
  for (const type of manifestOf(name).main === undefined ? ['module'] : ['module', 'commonjs']) {
    compile(name, directory, type);
  }
  for (const module of BUNDLED[name] ?? []) await bundle(join(directory, 'dist/esm', `${module}.js`));
  copyFileSync(join(root, 'LICENSE'), join(directory, 'LICENSE'));
}

/** Returns the published packages, each after those on which it depends. */
function publishedPackages() {
  const names = readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !manifestOf(entry.name).private)
    .map((entry) => entry.name);
  const sorted = new Set();
  const add = (name) => {
    const needed = Object.keys(manifestOf(name).dependencies ?? {}).map((dependency) =>
      dependency.replace('@breakwater/', ''),
    );
    for (const other of names.filter((other) => needed.includes(other))) add(other);
    sorted.add(name);
  };
  for (const name of names) add(name);
  return [...sorted];
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
      // Other packages are read as their users read them: built.
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
    const declarations = join(outDir, `${module}.d.ts`);
    renameSync(declarations, join(outDir, `${module}.exports.d.ts`));
    writeFileSync(
      declarations,
      callableTypes(`${module}.exports`, typesOf(program, join(directory, 'src', `${module}.ts`))),
    );
  }
  const browser = browserFieldOf(manifestOf(name), type === 'module' ? 'esm' : 'cjs');
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify({ type, sideEffects: false, ...browser }, null, 2)}\n`);
  console.log(`@breakwater/${name}: ${sources.length} files as ${type}`);
}

/** Returns the names of the exports of a module that are only types. */
function typesOf(program, file) {
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
  const target = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  return exported
    .filter((symbol) => {
      const { flags } = target(symbol);
      return flags & ts.SymbolFlags.Type && !(flags & ts.SymbolFlags.Value);
    })
    .map(({ name }) => name);
}

/**
 * The compiler takes the module format from the nearest package.json: this shows it the package as if of the given
 * type.
 */
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
