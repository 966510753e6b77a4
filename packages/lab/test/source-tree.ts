import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const packagesDirectory = fileURLToPath(new URL('../../', import.meta.url));

/** A TypeScript file of a package. */
export interface SourceFile {
  /** The directory under `packages`. */
  readonly owner: string;
  /** Relative to the package's `src`, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
}

export function packageNames(): string[] {
  return readdirSync(packagesDirectory).filter((name) => existsSync(join(packagesDirectory, name, 'package.json')));
}

export function manifestOf(owner: string): { readonly [field: string]: unknown } {
  return JSON.parse(readFileSync(join(packagesDirectory, owner, 'package.json'), 'utf8'));
}

export function sourcesOf(owner: string): SourceFile[] {
  const directory = join(packagesDirectory, owner, 'src');
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({
      owner,
      path: file.split(sep).join('/'),
      text: readFileSync(join(directory, file), 'utf8'),
      isTest: /\.test(-d)?\.ts$/.test(file),
    }));
}

/** Every module that the file names: imports and re-exports, type-only ones, `import()` in code and in types. */
export function importsOf(file: Pick<SourceFile, 'text'>): string[] {
  return ts.preProcessFile(file.text, true, true).importedFiles.map((imported) => imported.fileName);
}

/** Returns the imports inside one package, by path. */
export function importGraph(files: readonly SourceFile[]): Map<string, string[]> {
  return new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts')),
    ]),
  );
}

/** Returns cycles of the graph, written `a -> b -> a`; empty if there are none. */
export function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    const start = trail.indexOf(node);
    if (start >= 0) {
      cycles.push([...trail.slice(start), node].join(' -> '));
      return;
    }
    if (finished.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    finished.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}

const UNCONTROLLED = new Set([
  'Date',
  'Promise',
  'clearInterval',
  'clearTimeout',
  'crypto',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

/**
 * Returns the uses of time, chance, promises or the host in the file. Comments, types and names of properties do not
 * count.
 */
export function impuritiesOf(text: string): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node) && UNCONTROLLED.has(node.text) && !namesProperty(node)) found.add(node.text);
    if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') found.add('Math.random');
    if (node.kind === ts.SyntaxKind.AsyncKeyword) found.add('async');
    if (node.kind === ts.SyntaxKind.AwaitExpression) found.add('await');
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2022, true));
  return [...found];
}

function namesProperty(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isClassElement(parent) ||
      ts.isTypeElement(parent)) &&
    parent.name === node
  );
}
