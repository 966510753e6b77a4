import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runBreakwater } from '../../src/program.js';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `breakwater <args>` as a process of its own, in a directory. */
export async function breakwater(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--import', loader, '--conditions=@breakwater/source', main, ...args], {
    cwd,
    env: { ...inherited, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, ...output };
}

/** The same without a process of its own, which takes a fraction of the time. */
export async function inProcess(cwd: string, args: readonly string[]): Promise<Ended> {
  const ended = { code: 0, stdout: '', stderr: '' };
  const take = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      ended[name] += text;
    },
  });
  await runBreakwater(args, {
    stdout: take('stdout'),
    stderr: take('stderr'),
    env: {},
    cwd,
    setExitCode(code) {
      ended.code = code;
    },
  });
  return ended;
}

/** A directory with these files, and how to take it away. */
export function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'breakwater-migrate-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
