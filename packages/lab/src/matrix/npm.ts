import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildOptions, runChild } from './child.js';

/** Runs npm; rejects with its output if it fails. */
export async function npm(args: readonly string[], options: ChildOptions): Promise<string> {
  const { code, stdout, stderr } = await runChild('npm', [...args, '--loglevel=error'], {
    longestMs: 300_000,
    ...options,
  });
  if (code !== 0) throw new Error(`npm ${args[0]} failed:\n${stderr.trim() || stdout.trim()}`);
  return stdout;
}

/** Names with what npm is to install under them. */
export type Dependencies = Readonly<Record<string, string>>;

/** Makes a project in a directory of its own. */
export async function installProject(directory: string, dependencies: Dependencies): Promise<void> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2));
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--prefer-offline'];
  // A best effort stands outside the peer range, and is to be installed all the same.
  await npm(['install', ...flags, '--legacy-peer-deps'], { cwd: directory });
}
