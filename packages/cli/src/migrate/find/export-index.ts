import { posix } from 'node:path';
import { extensions } from '../parse/dialect.js';
import type { Exports } from './exports.js';
import type { ModuleValue } from './library-value.js';

/** Finds what one file of the project imports from another. */
export interface ExportIndex<T> {
  /** Meaning of the imports of that file. */
  importedBy(file: string): (specifier: string, name: string) => T | undefined;
}

/**
 * @param exports - by path, with `/` between its parts
 * @param outside - the meaning of an export of a package, if it has one
 */
export function exportIndex<T extends string | object>(
  exports: ReadonlyMap<string, Exports<T>>,
  outside: (value: ModuleValue) => T | undefined = () => undefined,
): ExportIndex<T> {
  const find = (from: string, value: ModuleValue, depth: number): T | undefined => {
    const known = outside(value);
    const file = depth > MAX_DEPTH || known !== undefined ? undefined : fileOf(from, value.specifier, exports);
    const found = file === undefined ? undefined : exports.get(file);
    if (file === undefined || found === undefined) return known;
    const direct = found.named.get(value.name);
    if (direct !== undefined) return isModuleValue(direct) ? find(file, direct, depth + 1) : direct;
    // `export *` does not include the default export.
    const all = value.name === 'default' ? [] : found.all;
    return all
      .map((specifier) => find(file, { specifier, name: value.name }, depth + 1))
      .find((other) => other !== undefined);
  };
  return { importedBy: (file) => (specifier, name) => find(file, { specifier, name }, 0) };
}

/** A longer chain of re-exports is circular. */
const MAX_DEPTH = 10;

function isModuleValue<T extends string | object>(value: T | ModuleValue): value is ModuleValue {
  return typeof value === 'object' && 'specifier' in value;
}

function fileOf(from: string, specifier: string, files: ReadonlyMap<string, unknown>): string | undefined {
  if (/^\.{1,2}(\/|$)/.test(specifier)) {
    const base = posix.join(posix.dirname(from), specifier);
    return candidates(base).find((candidate) => files.has(candidate));
  }
  // The usual aliases of bundlers for the source root. Used only if they match a single file.
  const [, rest] = /^[@~]\/(.+)$/.exec(specifier) ?? [];
  if (rest === undefined) return undefined;
  const endings = candidates(rest).map((candidate) => `/${candidate}`);
  const matching = [...files.keys()].filter((file) => endings.some((ending) => `/${file}`.endsWith(ending)));
  return matching.length === 1 ? matching[0] : undefined;
}

function candidates(base: string): string[] {
  const bare = base.replace(/\.(js|jsx|mjs|cjs)$/, '');
  return [
    base,
    ...extensions.map((extension) => `${bare}.${extension}`),
    ...extensions.map((extension) => `${base}.${extension}`),
    ...extensions.map((extension) => `${base}/index.${extension}`),
  ];
}
