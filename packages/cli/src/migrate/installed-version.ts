import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A version as far as behaviour goes by it: `[major, minor]`. */
export type Version = readonly [major: number, minor: number];

/**
 * Returns the version of a package for code beside a manifest: that of `node_modules`, else that of the lockfile of
 * npm, else the lowest that the manifest's range allows. Undefined if there is none of them.
 */
export function installedVersion(name: string, manifest: string, range: string | undefined): Version | undefined {
  for (let at = dirname(manifest); ; at = dirname(at)) {
    const found = versionIn(join(at, 'node_modules', name, 'package.json'), []) ?? lockedVersion(name, at);
    if (found !== undefined) return found;
    if (dirname(at) === at) break;
  }
  // `^4.2.0`, `~3`, `>=2.1 <5`, `npm:axios-retry@3.9.1`; nothing in `*`, `latest` or `workspace:*`.
  return parsed(/(?:^|[^\d.])v?(\d+(?:\.\d+)?)/.exec(range ?? '')?.[1]);
}

/** Reads the lockfile in this directory, formats 2 and 3, then format 1. */
function lockedVersion(name: string, directory: string): Version | undefined {
  const file = join(directory, 'package-lock.json');
  return versionIn(file, ['packages', `node_modules/${name}`]) ?? versionIn(file, ['dependencies', name]);
}

function versionIn(file: string, path: readonly string[]): Version | undefined {
  try {
    let value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    for (const key of [...path, 'version']) value = (value as Record<string, unknown>)[key];
    return typeof value === 'string' ? parsed(value) : undefined;
  } catch {
    return undefined;
  }
}

function parsed(version: string | undefined): Version | undefined {
  const [, major, minor = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}
