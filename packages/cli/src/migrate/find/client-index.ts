import { posix } from 'node:path';
import { extensions } from '../parse/dialect.js';
import type { ClientKind, ImportedClient } from './client-resolution.js';
import type { ExportedClients } from './exported-clients.js';

/** Finds clients that one file of the project imports from another. */
export interface ClientIndex {
  /** Meaning of the imports of that file. */
  importedBy(file: string): ImportedClient;
}

/** @param exports - by path, with `/` between its parts */
export function clientIndex(exports: ReadonlyMap<string, ExportedClients>): ClientIndex {
  const find = (from: string, specifier: string, name: string, depth: number): ClientKind | undefined => {
    const file = depth > MAX_DEPTH ? undefined : fileOf(from, specifier, exports);
    const known = file === undefined ? undefined : exports.get(file);
    if (file === undefined || known === undefined) return undefined;
    const direct = known.get(name);
    if (typeof direct === 'string') return direct;
    if (direct !== undefined) return find(file, direct.specifier, direct.name, depth + 1);
    const all = known.get('*');
    return typeof all === 'object' ? find(file, all.specifier, name, depth + 1) : undefined;
  };
  return { importedBy: (file) => (specifier, name) => find(file, specifier, name, 0) };
}

/** Longer chains of re-exports go in a circle. */
const MAX_DEPTH = 10;

function fileOf(from: string, specifier: string, files: ReadonlyMap<string, unknown>): string | undefined {
  if (/^\.{1,2}(\/|$)/.test(specifier)) {
    const base = posix.join(posix.dirname(from), specifier);
    return candidates(base).find((candidate) => files.has(candidate));
  }
  // The usual aliases of bundlers for the root of the sources. Used only if they can mean a single file.
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
