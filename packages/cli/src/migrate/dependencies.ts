import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Finding, findingAt } from './finding.js';
import { installedVersion } from './installed-version.js';
import type { MigratedFile } from './migrate-project.js';
import { releaseDifferences } from './release-differences.js';

const OURS = ['@breakwater/axios', '@breakwater/got'] as const;
const THEIRS = ['axios-retry', 'retry-axios'] as const;

/**
 * Finds the dependencies that the `package.json` of the migrated files lacks, and those that it no longer needs. The
 * user runs the command.
 */
export function dependencyFindings(files: readonly MigratedFile[], cwd: string): Finding[] {
  const byManifest = new Map<string, MigratedFile[]>();
  for (const file of files) {
    const manifest = manifestOf(dirname(resolve(cwd, file.path)));
    if (manifest !== undefined) byManifest.set(manifest, [...(byManifest.get(manifest) ?? []), file]);
  }
  return [...byManifest].flatMap(([manifest, own]) => findingOf(manifest, own, cwd));
}

function findingOf(manifest: string, files: readonly MigratedFile[], cwd: string): Finding[] {
  const dependencies = dependenciesIn(manifest);
  if (dependencies === undefined) return [];
  const path = relative(cwd, manifest).split(sep).join('/');
  return [
    ...exchangeFindings(path, manifest, dependencies, files),
    ...releaseFindings(path, dependencies, files),
    ...differenceFindings(path, manifest, dependencies, files),
  ];
}

/** Reports a release in use that the adapters do not support, which no finding in the code can show. */
function releaseFindings(path: string, dependencies: Dependencies, files: readonly MigratedFile[]): Finding[] {
  return OURS.filter((name) => files.some(({ text }) => mentions(text, name))).flatMap((name) => {
    const client = name === '@breakwater/axios' ? 'axios' : 'got';
    const range = dependencies.get(client) ?? '';
    if (!UNSUPPORTED[client].test(range)) return [];
    const message = `${name} does not work with ${client} ${range}`;
    return [findingAt(path, undefined, 'todo', 'dependency', message, `Update ${client} first.`)];
  });
}

/** Reports differences between the release in use and the drop-in or the policies that replace it. */
function differenceFindings(
  path: string,
  manifest: string,
  dependencies: Dependencies,
  files: readonly MigratedFile[],
): Finding[] {
  return THEIRS.filter((name) => files.some(({ before }) => mentions(before, name))).flatMap((name) => {
    const version = installedVersion(name, manifest, dependencies.get(name));
    if (version === undefined) return [];
    return releaseDifferences(name, version).map(({ message, advice }) =>
      findingAt(path, undefined, 'todo', 'dependency', `${name} ${version.join('.')} is in use: ${message}`, advice),
    );
  });
}

/** axios 1.2 to 1.4 do not export their adapters; axios before 0.27 and got before 12 are too different. */
const UNSUPPORTED = {
  axios: /^(~|=)?\s*v?1\.[234]\b|^[~^=]?\s*v?0\.([01]?\d|2[0-6])\./,
  got: /^[~^=]?\s*v?(\d|1[01])(\.|$)/,
} as const;

type Dependencies = ReadonlyMap<string, string>;

function exchangeFindings(
  path: string,
  manifest: string,
  dependencies: Dependencies,
  files: readonly MigratedFile[],
): Finding[] {
  const imports = (name: string) => files.some(({ text }) => mentions(text, name));
  const missing = OURS.filter((name) => imports(name) && !dependencies.has(name));
  // Only the imports of these files: others may still need it.
  const useless = THEIRS.filter(
    (name) => dependencies.has(name) && !imports(name) && files.some((file) => mentions(file.before, name, 'drop-in')),
  );
  if (missing.length === 0 && useless.length === 0) return [];
  const manager = managerOf(manifest);
  const commands = [
    missing.length > 0 ? `${manager} ${manager === 'npm' ? 'install' : 'add'} ${missing.join(' ')}` : undefined,
    useless.length > 0 ? `${manager} ${manager === 'npm' ? 'uninstall' : 'remove'} ${useless.join(' ')}` : undefined,
  ];
  const message = [
    missing.length > 0 ? `${missing.join(', ')} is missing` : undefined,
    useless.length > 0 ? `${useless.join(', ')} is no longer imported by these files` : undefined,
  ];
  return [
    findingAt(
      path,
      undefined,
      'todo',
      'dependency',
      message.filter((part) => part !== undefined).join('; '),
      commands.filter((command) => command !== undefined).join(' && '),
    ),
  ];
}

/** Tells if the text has the name of a package, or of a module in it, as a string that is not a key. */
function mentions(text: string, name: string, orDropIn?: 'drop-in'): boolean {
  const quoted = (specifier: string) => new RegExp(`(['"])${specifier}(/[^'"]*)?\\1(?!\\s*[:\\]])`).test(text);
  return quoted(name) || (orDropIn !== undefined && quoted(`@breakwater/axios/${name}`));
}

/** Returns the nearest manifest of a package. One with only `"type": "commonjs"` does not count. */
function manifestOf(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const manifest = join(at, 'package.json');
    if (existsSync(manifest) && dependenciesIn(manifest) !== undefined) return manifest;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Returns dependencies of all kinds with their ranges, and the package itself. Undefined for a manifest without these
 * and without a name.
 */
function dependenciesIn(manifest: string): Dependencies | undefined {
  try {
    const fields: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
    if (typeof fields !== 'object' || fields === null) return undefined;
    const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;
    if (!('name' in fields) && !kinds.some((kind) => kind in fields)) return undefined;
    const lists = fields as Partial<Record<(typeof kinds)[number], Record<string, string>>>;
    const own: [string, string][] = 'name' in fields ? [[String(fields.name), '']] : [];
    return new Map([...own, ...kinds.flatMap((kind) => Object.entries(lists[kind] ?? {}))]);
  } catch {
    return undefined;
  }
}

/**
 * Finds the package manager by its lockfile, beside the manifest or in a directory above, since workspaces share one.
 */
function managerOf(manifest: string): 'npm' | 'pnpm' | 'yarn' | 'bun' {
  for (let at = dirname(manifest); ; at = dirname(at)) {
    const has = (name: string) => existsSync(join(at, name));
    if (has('package-lock.json')) return 'npm';
    if (has('pnpm-lock.yaml')) return 'pnpm';
    if (has('yarn.lock')) return 'yarn';
    if (has('bun.lock') || has('bun.lockb')) return 'bun';
    if (dirname(at) === at) return 'npm';
  }
}
