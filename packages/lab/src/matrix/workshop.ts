import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dependencies, installProject } from './npm.js';
import type { Client } from './plan.js';
import { bundleSuites } from './suites.js';
import type { Tarball } from './tarballs.js';
import type { ClientRelease, Release, RunnerRelease } from './versions.js';

/** Throw-away projects of one run, each made once. */
export interface Workshop {
  /** A project that has a release of a client, and the packages beside it. */
  clientProject(client: Client, release: ClientRelease): Promise<string>;
  /** A project that has all packages, each with its peers. */
  allPackages(): Promise<string>;
  runnerProject(runner: RunnerRelease, axios: ClientRelease, got: ClientRelease): Promise<string>;
  /** The program of a release of Node. */
  nodeProgram(node: Release): Promise<string>;
  /** The script of a release of TypeScript's compiler. */
  compiler(typeScript: Release): Promise<string>;
  /** Installed versions, by `axios 1.7.2`. */
  readonly versions: Readonly<Record<string, string>>;
}

const CONSUMERS = fileURLToPath(new URL('./consumers', import.meta.url));
const NODE_TYPES = { '@types/node': '20' };

export async function openWorkshop(directory: string, tarballs: readonly Tarball[]): Promise<Workshop> {
  const suites = join(directory, 'suites');
  await bundleSuites(suites);
  const versions: Record<string, string> = {};
  const projects = new Map<string, Promise<string>>();

  /** A project that is asked for twice is made once. */
  function project(name: string, dependencies: Dependencies): Promise<string> {
    const made = projects.get(name) ?? makeProject(name, dependencies);
    projects.set(name, made);
    return made;
  }

  async function makeProject(name: string, dependencies: Dependencies): Promise<string> {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    await installProject(path, dependencies);
    cpSync(CONSUMERS, path, { recursive: true });
    cpSync(suites, path, { recursive: true });
    return path;
  }

  function packed(...names: readonly string[]): Dependencies {
    const wanted = tarballs.filter(({ name }) => names.includes(name));
    return Object.fromEntries(wanted.map(({ name, file }) => [name, `file:${file}`]));
  }

  function note(label: string, path: string, name: string): void {
    versions[label] = versionOf(path, name);
  }

  return {
    versions,
    async clientProject(client, release) {
      const own = packed('@breakwater/core', `@breakwater/${client}`);
      const path = await project(`${client}-${release.name}`, { ...NODE_TYPES, ...own, [client]: release.spec });
      note(`${client} ${release.name}`, path, client);
      return path;
    },
    allPackages() {
      const names = tarballs.map(({ name }) => name);
      const peers = Object.assign({}, ...tarballs.map((tarball) => tarball.peers)) as Dependencies;
      return project('packages', { ...NODE_TYPES, ...peers, ...packed(...names) });
    },
    async runnerProject({ runner, name, spec }, axios, got) {
      const own = packed('@breakwater/core', '@breakwater/axios', '@breakwater/got');
      const path = await project(name.replace(' ', '-').toLowerCase(), {
        ...own,
        axios: axios.spec,
        got: got.spec,
        [runner]: spec,
        // Its peer dependencies, which its users have, too.
        ...(runner === 'vitest' && { vite: '*' }),
      });
      note(name, path, runner);
      return path;
    },
    async nodeProgram(node) {
      const path = await project(`node-${node.name}`, { node: `npm:${NODE_PACKAGE}@${node.spec}` });
      note(`Node ${node.name}`, path, 'node');
      return join(path, 'node_modules/node/bin/node');
    },
    async compiler(typeScript) {
      const path = await project(`typescript-${typeScript.name}`, { typescript: typeScript.spec });
      note(`TypeScript ${typeScript.name}`, path, 'typescript');
      return join(path, 'node_modules/typescript/bin/tsc');
    },
  };
}

/** Real Node, as a package for each host. */
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

function versionOf(path: string, name: string): string {
  const file = join(path, 'node_modules', name, 'package.json');
  if (!existsSync(file)) throw new Error(`${name} was not installed`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
