import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reasonOf } from './find-files.js';
import { type Finding, findingAt } from './finding.js';
import { mayMatter, type ProjectFile } from './migrate-project.js';

/** Result of reading a file: its text, a finding, or nothing if the file has nothing to do with the migration. */
export type ReadResult =
  | { readonly kind: 'text'; readonly file: ProjectFile }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'irrelevant' };

/** Files of this size are generated, and parsing them takes long. */
const MAX_BYTES = 2_000_000;

const MAX_LINE = 20_000;
const MAX_MEAN_LINE = 500;

/** Reads a file as UTF-8, including its byte order mark. */
export async function readSource(path: string, cwd: string): Promise<ReadResult> {
  const skip = (level: 'note' | 'error', message: string): ReadResult => ({
    kind: 'finding',
    finding: findingAt(path, undefined, level, 'file', message),
  });
  try {
    const file = resolve(cwd, path);
    const { size } = await stat(file);
    if (size > MAX_BYTES) return skip('note', `skipped: larger than ${MAX_BYTES / 1_000_000} MB`);
    const bytes = await readFile(file);
    if (!mayMatter(bytes.toString('latin1'))) return { kind: 'irrelevant' };
    const text = decoded(bytes);
    if (text === undefined) return skip('error', 'is not UTF-8');
    if (isMinified(path, text)) return skip('note', 'skipped: minified');
    return { kind: 'text', file: { path, text } };
  } catch (error) {
    return skip('error', `cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * Writes a file and keeps its mode.
 *
 * @returns the error's text; undefined if it was written
 */
export async function writeSource(
  { path, text }: ProjectFile,
  before: string,
  cwd: string,
): Promise<Finding | undefined> {
  const file = resolve(cwd, path);
  try {
    if (decoded(await readFile(file)) !== before) throw new Error('it has changed in the meantime');
    await writeFile(file, text);
    return undefined;
  } catch (error) {
    return findingAt(path, undefined, 'error', 'file', `cannot be written: ${reasonOf(error)}`);
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isMinified(path: string, text: string): boolean {
  if (/[.-]min\.[cm]?js$/.test(path)) return true;
  const lines = text.split('\n');
  const isLong = text.length > 5_000 && text.length / lines.length > MAX_MEAN_LINE;
  return isLong || lines.some((line) => line.length > MAX_LINE);
}
