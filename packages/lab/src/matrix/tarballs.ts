import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.js';

export const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** A package as npm would publish it. */
export interface Tarball {
  /** `@breakwater/core` */
  readonly name: string;
  readonly file: string;
  /** Peer dependencies, by name. */
  readonly peers: Readonly<Record<string, string>>;
}

/** Packs all packages that are published. @throws Error for one that has not been built */
export async function packTarballs(directory: string, build: boolean): Promise<Tarball[]> {
  if (build) await npm(['run', 'build'], { cwd: repository });
  mkdirSync(directory, { recursive: true });
  const packages = publishedPackages();
  for (const { path, name } of packages) {
    if (!existsSync(join(repository, path, 'dist'))) throw new Error(`${name} has not been built: npm run build`);
  }
  const workspaces = packages.flatMap(({ path }) => ['--workspace', path]);
  const flags = ['--json', '--ignore-scripts', '--pack-destination', directory];
  const said = await npm(['pack', ...flags, ...workspaces], { cwd: repository });
  const files = filesIn(said);
  return packages.map(({ name, peers }) => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`npm pack gave no tarball of ${name}`);
    return { name, peers, file: join(directory, file) };
  });
}

interface Packed {
  readonly name: string;
  readonly filename: string;
}

/** A list in npm 10, a record by name in npm 11. */
function filesIn(json: string): Map<string, string> {
  const packed = Object.values(JSON.parse(json) as readonly Packed[] | Readonly<Record<string, Packed>>);
  return new Map(packed.map(({ name, filename }) => [name, filename]));
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function publishedPackages(): { name: string; path: string; peers: Readonly<Record<string, string>> }[] {
  return readdirSync(join(repository, 'packages')).flatMap((directory) => {
    const path = `packages/${directory}`;
    const file = join(repository, path, 'package.json');
    if (!existsSync(file)) return [];
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    return manifest.private ? [] : [{ name: manifest.name, path, peers: manifest.peerDependencies ?? {} }];
  });
}
