import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { globby } from 'globby';
import { type Finding, findingAt } from './finding.js';
import { extensionOf, extensions } from './parse/dialect.js';

/** Files of the paths on the command line. */
export interface FoundFiles {
  /** Relative to the working directory if they are below it, with `/` between their parts; in order, each once. */
  readonly files: readonly string[];
  /** Paths that do not exist. */
  readonly findings: readonly Finding[];
}

/**
 * Directories that are skipped, in addition to the entries of a `.gitignore`: third-party code, and output of tools.
 */
export const IGNORED_DIRECTORIES = [
  'node_modules',
  'bower_components',
  'dist',
  'coverage',
  '.git',
  '.yarn',
  '.next',
  '.nuxt',
  '.output',
] as const;

/**
 * Finds files. Named files are taken as they are; directories are searched. Symbolic links in them are not followed, so
 * there are no loops.
 */
export async function findFiles(paths: readonly string[], cwd: string): Promise<FoundFiles> {
  const found = new Map<string, string>();
  const findings: Finding[] = [];
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    try {
      const isDirectory = (await stat(absolute)).isDirectory();
      if (!isDirectory && extensionOf(absolute) === undefined) {
        findings.push(
          findingAt(path, undefined, 'error', 'file', `no kind of file that is migrated (${extensions.join(', ')})`),
        );
        continue;
      }
      const own = isDirectory ? await walk(absolute) : [absolute];
      for (const file of own) found.set(await realpath(file), file);
      if (own.length === 0) findings.push(...(await outputFindings(absolute, path)));
    } catch (error) {
      findings.push(findingAt(path, undefined, 'error', 'file', reasonOf(error)));
    }
  }
  const files = [...found.values()].map((file) => displayed(file, cwd));
  return { files: files.sort(), findings };
}

/** Returns the file system's reason, in words and without its path. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'no such file or directory';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ELOOP':
      return 'symbolic links that go in a circle';
    default:
      return message;
  }
}

async function walk(directory: string): Promise<string[]> {
  return globby(`**/*.{${extensions.join(',')}}`, {
    cwd: directory,
    absolute: true,
    dot: true,
    followSymbolicLinks: false,
    gitignore: true,
    ignore: IGNORED_DIRECTORIES.map((name) => `**/${name}/**`),
    suppressErrors: true,
  });
}

/** Reports directories of build output if there is nothing else, as in a published package. */
async function outputFindings(directory: string, path: string): Promise<Finding[]> {
  const output = await globby(`{${OUTPUT_DIRECTORIES.join(',')}}/**/*.{${extensions.join(',')}}`, {
    cwd: directory,
    dot: true,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**'],
    suppressErrors: true,
  });
  const names = [...new Set(output.map((file) => file.split('/')[0] ?? ''))].sort();
  if (names.length === 0) return [];
  const message = `nothing to migrate but the output of a build: ${names.join(', ')}`;
  return [findingAt(path, undefined, 'note', 'file', message, 'Migrate its source, or name these files one by one.')];
}

const OUTPUT_DIRECTORIES = IGNORED_DIRECTORIES.filter((name) => /^(dist|\.next|\.nuxt|\.output)$/.test(name));

function displayed(file: string, cwd: string): string {
  const path = relative(cwd, file);
  const isBelow = path !== '' && !isAbsolute(path);
  return (isBelow ? path : file).split(sep).join('/');
}
