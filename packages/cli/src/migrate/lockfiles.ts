import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, blockOf } from './lockfile-text.js';

/** A package as a manifest requires it. */
export interface Wanted {
  readonly name: string;
  /** Undefined if the manifest does not name it. */
  readonly range: string | undefined;
  /** Directory of the manifest, relative to that of the lockfile, with `/` between its parts; empty for the same. */
  readonly importer: string;
}

/** Returns the version in the directory's lockfile; undefined without one, or if it is unknown. */
export function lockedVersion(directory: string, wanted: Wanted): string | undefined {
  for (const [file, versionIn] of LOCKFILES) {
    try {
      const version = versionIn(readFileSync(join(directory, file), 'utf8'), wanted);
      if (version !== undefined) return version;
    } catch {
      // There is none, or it has merge conflicts.
    }
  }
  return undefined;
}

type VersionIn = (text: string, wanted: Wanted) => string | undefined;

const LOCKFILES: readonly (readonly [file: string, versionIn: VersionIn])[] = [
  ['npm-shrinkwrap.json', npmVersion],
  ['package-lock.json', npmVersion],
  ['pnpm-lock.yaml', pnpmVersion],
  ['yarn.lock', yarnVersion],
  ['bun.lock', bunVersion],
];

interface NpmLock {
  readonly packages?: Readonly<Record<string, { readonly version?: string } | undefined>>;
  readonly dependencies?: Readonly<Record<string, { readonly version?: string } | undefined>>;
}

/** Reads formats 2 and 3 by the path of the package, format 1 by its name. */
function npmVersion(text: string, { name, importer }: Wanted): string | undefined {
  const { packages = {}, dependencies = {} } = JSON.parse(text) as NpmLock;
  const own = importer === '' ? undefined : packages[`${importer}/node_modules/${name}`];
  return (own ?? packages[`node_modules/${name}`] ?? dependencies[name])?.version;
}

/** Reads formats 5 to 9: by workspace under `importers`, or at the top if there is only one. */
function pnpmVersion(text: string, { name, importer }: Wanted): string | undefined {
  const lock = blockOf(text);
  const importers = lock.blocks.get('importers');
  const own = importers === undefined && importer === '' ? lock : importers?.blocks.get(importer || '.');
  const sections = ['dependencies', 'devDependencies', 'optionalDependencies'].map((key) => own?.blocks.get(key));
  const entry = sections.map(
    (section) => section?.blocks.get(name)?.values.get('version') ?? section?.values.get(name),
  );
  // `3.9.1`, `3.9.1(axios@1.7.0)`, `3.9.1_axios@1.7.0`, `/axios-retry/3.9.1`, `axios-retry@3.9.1`.
  return /(?:^|[@/])(\d+\.\d+\.\d[^(_]*)/.exec(entry.find((version) => version !== undefined) ?? '')?.[1];
}

/** Reads the classic and Berry formats by range. A package with a single version needs none. */
function yarnVersion(text: string, { name, range }: Wanted): string | undefined {
  const entries = [...blockOf(text).blocks]
    .map(([key, block]): [string[], Block] => [key.split(/,\s*/).map((part) => part.replaceAll('"', '')), block])
    .filter(([keys]) => keys.some((key) => key.startsWith(`${name}@`)));
  const exact = entries.find(([keys]) => keys.includes(`${name}@${range}`) || keys.includes(`${name}@npm:${range}`));
  if (exact !== undefined) return exact[1].values.get('version');
  const versions = new Set(entries.map(([, block]) => block.values.get('version')));
  return versions.size === 1 ? [...versions][0] : undefined;
}

interface BunLock {
  readonly workspaces?: Readonly<Record<string, { readonly name?: string } | undefined>>;
  readonly packages?: Readonly<Record<string, readonly unknown[] | undefined>>;
}

/** Reads by name, or by the names of a workspace and the package if the workspace has its own version. */
function bunVersion(text: string, { name, importer }: Wanted): string | undefined {
  // JSON with commas at the ends of lists.
  const { workspaces = {}, packages = {} } = JSON.parse(text.replace(/,(\s*[}\]])/g, '$1')) as BunLock;
  const own = packages[`${workspaces[importer]?.name}/${name}`];
  // `axios-retry@3.9.1`
  return /@(\d[^@]*)$/.exec(String((own ?? packages[name])?.[0]))?.[1];
}
