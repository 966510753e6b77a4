import { npm } from './npm.js';
import { repository } from './tarballs.js';
import { watched } from './versions.js';

/** Returns a line for each release that is newer than the lists of releases. */
export async function newerReleases(): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, releases } of watched) {
    const latest = (await npm(['view', name, 'version'], { cwd: repository })).trim();
    const newest = releases.at(-1)?.name ?? '';
    if (isNewerLine(latest, newest)) lines.push(`${name} ${latest} is not in the matrix, whose newest is ${newest}`);
  }
  return lines;
}

/** Tells if a version is of a later line than `newest`, which may be `16` or `1.21`. */
export function isNewerLine(version: string, newest: string): boolean {
  const [line, known] = [version, newest].map((text) => text.split('.').map(Number));
  for (const [at, number] of (known ?? []).entries()) {
    const own = line?.[at] ?? 0;
    if (own !== number) return own > number;
  }
  return false;
}
