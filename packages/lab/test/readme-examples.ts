import { fork } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { ExampleResult } from './readme-runner.js';
import { type CodeBlock, codeBlocks, documents, repository } from './readme-text.js';

/** A block of a README as a module of its own, with the code in the same lines. */
export interface Example extends CodeBlock {
  /** `README.md:12` */
  readonly name: string;
  readonly file: string;
}

/**
 * Returns all blocks in TypeScript, each with the file that {@link writeExamples} puts it into: in the package with its
 * dependencies.
 */
export function examples(): Example[] {
  return documents()
    .flatMap(codeBlocks)
    .filter(({ language }) => language === 'ts')
    .map((block) => {
      const { owner, path } = block.readme;
      const directory = join(repository, 'packages', owner, 'node_modules', `.readme-${process.pid}`);
      const file = join(directory, `${path.replaceAll('/', '-')}-${block.line}.mts`);
      return { ...block, name: `${path}:${block.line}`, file };
    });
}

/** Writes the files of the examples; the returned function removes them. */
export function writeExamples(all: readonly Example[]): () => void {
  const directories = [...new Set(all.map(({ file }) => join(file, '..')))];
  for (const directory of directories) mkdirSync(directory, { recursive: true });
  for (const { file, source } of all) writeFileSync(file, source);
  return () => {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  };
}

/** Returns the compiler's errors in the examples, as `README.md:14: …`. */
export function typeErrors(all: readonly Example[]): string[] {
  const config = ts.readConfigFile(join(repository, 'tsconfig.base.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, repository);
  const program = ts.createProgram(
    all.map(({ file }) => file),
    // The package is here under a name that tells its release.
    { ...options, paths: { redis: [join(repository, 'node_modules/redis-5/dist/index.d.ts')] } },
  );
  return all.flatMap(({ file, readme }) => {
    const source = program.getSourceFile(file);
    if (source === undefined) return [`${readme.path}: ${file} is no source`];
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `${readme.path}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}

const runner = fileURLToPath(new URL('./readme-runner.ts', import.meta.url));

/** Runs the examples in one process of their own and returns the result of each, by its name. */
export function runExamples(all: readonly Example[]): Promise<Map<string, ExampleResult>> {
  const urls = all.map(({ file }) => pathToFileURL(file).href);
  const { BREAKWATER_MODE: _mode, NODE_OPTIONS: _options, ...env } = process.env;
  const execArgv = ['--import', 'tsx', '--conditions=@breakwater/source'];
  const child = fork(runner, urls, { cwd: repository, env, execArgv, silent: true });
  const results = new Map<string, ExampleResult>();
  let output = '';
  child.stderr?.on('data', (data) => {
    output += String(data);
  });
  child.on('message', (message) => {
    const result = message as ExampleResult;
    const example = all[urls.indexOf(result.file)];
    if (example !== undefined) results.set(example.name, readable(result, example));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(results);
      else
        reject(new Error(`the examples' process ended with ${code}, ${results.size} of ${all.length} ran\n${output}`));
    });
  });
}

/** With the README's name in place of the file's: the lines are the same. */
function readable(result: ExampleResult, { file, readme }: Example): ExampleResult {
  const name = new RegExp(`(file://)?[^\\s()]*${basename(file).replaceAll('.', '\\.')}`, 'g');
  return { ...result, problems: result.problems.map((problem) => problem.replace(name, readme.path)) };
}

/** Returns the lines that an example should print: `console.log(…); // → this`. */
export function promisedOutput({ source }: Example): string[] {
  return [...source.matchAll(/console\.log\(.*\);? +\/\/ → (.*)$/gm)].map(([, text = '']) => text);
}
