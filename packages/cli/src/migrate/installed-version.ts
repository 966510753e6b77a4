import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { lockedVersion } from './lockfiles.js';

/** The parts of a version that matter for behaviour: `[major, minor]`. */
export type Version = readonly [major: number, minor: number];

/**
 * Returns the version of a package for code beside a manifest: that of `node_modules`, else of the lockfile of npm,
 * pnpm, Yarn or Bun, else the lowest in the manifest's range. Undefined if there is none of them.
 */
export function installedVersion(name: string, manifest: string, range: string | undefined): Version | undefined {
  const home = dirname(manifest);
  for (let at = home; ; at = dirname(at)) {
    const importer = relative(at, home).split(sep).join('/');
    const found =
      versionOf(join(at, 'node_modules', name, 'package.json')) ?? lockedVersion(at, { name, range, importer });
    if (parsed(found) !== undefined) return parsed(found);
    if (dirname(at) === at) break;
  }
  // `^4.2.0`, `~3`, `>=2.1 <5`, `npm:axios-retry@3.9.1`; nothing in `*`, `latest` or `workspace:*`.
  return parsed(/(?:^|[^\d.])v?(\d+(?:\.\d+)?)/.exec(range ?? '')?.[1]);
}

function versionOf(manifest: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function parsed(version: string | undefined): Version | undefined {
  const [, major, minor = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}
