import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globMatcher } from './glob.js';

export const coreRoot = fileURLToPath(new URL('../../../core/', import.meta.url));

const sourceRoot = join(coreRoot, 'src');

/** Sources of core that the globs name, as absolute paths. The test kit that is published is one of them. */
export function mutatedFiles(globs: readonly string[]): readonly string[] {
  const isWanted = globMatcher(globs);
  return typescriptIn(sourceRoot)
    .filter((path) => !path.endsWith('.test.ts') && isWanted(path))
    .map((path) => join(sourceRoot, path));
}

/** Tests of core that need nothing but the process they run in, as absolute paths. */
export function inProcessTests(): readonly string[] {
  const files = ['src', 'test'].flatMap((folder) =>
    typescriptIn(join(coreRoot, folder)).map((path) => join(coreRoot, folder, path)),
  );
  return files.filter((file) => file.endsWith('.test.ts') && !needsMore(file, new Set()));
}

/** Modules that give a test a server, a process or a page of its own: slow, and for what no mistake here can break. */
const OUTSIDE =
  /^(?:node:(?:http|https|http2|tls|dns|child_process|v8|vm|worker_threads)|got|nock|esbuild|playwright-core)$/;

function needsMore(file: string, seen: Set<string>): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s[^'"]*?['"]([^'"]+)['"]/gm)].some(([statement, from = '']) => {
    if (/^import type\s/.test(statement)) return false;
    if (!from.startsWith('.')) return OUTSIDE.test(from);
    const target = resolve(dirname(file), from.replace(/\.js$/, '.ts'));
    return !target.startsWith(sourceRoot) && needsMore(target, seen);
  });
}

function typescriptIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .sort();
}
