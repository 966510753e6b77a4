import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../matrix/npm.js';

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/** Returns the path of a Node binary of that major, from the npm package that carries it; it is installed once. */
export async function nodeBinary(major: number): Promise<string> {
  const carrier = `node-${process.platform}-${process.arch}`;
  const directory = join(cache, `node-${major}`);
  const binary = join(directory, 'node_modules', carrier, 'bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true }));
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--no-save'];
  await npm(['install', ...flags, `${carrier}@${major}`], { cwd: directory });
  return binary;
}
