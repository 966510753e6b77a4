import { readFileSync } from 'node:fs';

/** Returns the version of this package. */
export function ownVersion(): string {
  for (const path of MANIFESTS) {
    const manifest = read(new URL(path, import.meta.url));
    if (manifest !== undefined) return (JSON.parse(manifest) as { version: string }).version;
  }
  throw new Error('package.json of @breakwater/cli is missing');
}

/** As seen from the sources, and from dist/esm. */
const MANIFESTS = ['../package.json', '../../package.json'];

function read(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
}
