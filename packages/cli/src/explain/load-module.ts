import { existsSync } from 'node:fs';
import { extname, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import { UsageError } from '../command-io.js';
import { errorText } from '../error-text.js';
import { syntaxPlace } from './syntax-place.js';

export type ModuleExports = Readonly<Record<string, unknown>>;

const JAVASCRIPT = ['.js', '.mjs', '.cjs'];
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/** Tells if the file must be loaded as code. */
export function isModule(file: string): boolean {
  return [...JAVASCRIPT, ...TYPESCRIPT].includes(extname(file));
}

const LOADING_LIMIT_MS = 30_000;

/**
 * Runs a module, ESM or CJS, JavaScript or TypeScript, and returns its exports.
 *
 * @param path - the file as the user names it
 * @throws UsageError if it does not exist, throws, or does not end
 */
export async function loadModule(file: string, path: string, limitMs = LOADING_LIMIT_MS): Promise<ModuleExports> {
  if (!existsSync(file)) throw new UsageError(`${path}: there is no such file`);
  const mode = process.env.BREAKWATER_MODE;
  // The result must be the policy as written, independent of the environment.
  delete process.env.BREAKWATER_MODE;
  try {
    return await withinLimit(load(file), path, limitMs);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} could not be loaded: ${await reasonOf(error, file)}`);
  } finally {
    if (mode !== undefined) process.env.BREAKWATER_MODE = mode;
  }
}

/** Returns the error's text, with the file and line of the user's code from which it comes. */
async function reasonOf(error: unknown, file: string): Promise<string> {
  const text = errorText(error);
  // The TypeScript loader puts the place on a line of its own.
  const [, before, own, at] = /^(.*?)\s*\n\s*(\S+):(\d+:\d+)$/s.exec(text) ?? [];
  if (before !== undefined && own !== undefined) return `${before} (${shortest(own)}:${at})`;
  const place = placeOf(error);
  if (place !== '' || !(error instanceof SyntaxError)) return `${text}${place}`;
  const found = await syntaxPlace(file);
  return found === undefined ? text : `${text} (${shortest(found.file)}:${found.at})`;
}

/**
 * Finds the place where the error was thrown: the first line of its stack in the user's own files. Syntax errors name
 * their place first.
 */
function placeOf(error: unknown): string {
  const { stack, message } = Object(error) as { readonly stack?: unknown; readonly message?: unknown };
  if (typeof stack !== 'string') return '';
  const lines = stack.replace(String(message), '').split('\n');
  for (const line of lines) {
    const [, url, at] =
      /(?:\(|at (?:async )?|^)((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+(?::\d+)?)\)?$/.exec(line.trim()) ?? [];
    if (url === undefined || at === undefined || /[\\/]node_modules[\\/]|^node:/.test(url)) continue;
    const file = url.startsWith('file:') ? fileURLToPath(url.replace(/\?.*$/, '')) : url;
    return ` (${shortest(file)}:${at})`;
  }
  return '';
}

/** Returns the path relative to the working directory, unless the file is elsewhere. */
function shortest(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

async function load(file: string): Promise<ModuleExports> {
  const url = pathToFileURL(file).href;
  if (JAVASCRIPT.includes(extname(file))) return import(url);
  const exports = await createJiti(url, { fsCache: false, interopDefault: false }).import<ModuleExports>(url);
  // `export = {}` arrives without the module that `import` makes around it.
  return '__esModule' in exports ? exports : { default: exports };
}

async function withinLimit<T>(loading: Promise<T>, path: string, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const late = () => reject(new UsageError(`${path} has not finished loading after ${limitMs / 1_000} s`));
    timer = setTimeout(late, limitMs);
  });
  try {
    return await Promise.race([loading, limit]);
  } finally {
    clearTimeout(timer);
  }
}
