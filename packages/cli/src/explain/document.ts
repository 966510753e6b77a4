import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { UsageError } from '../command-io.js';
import { errorText } from '../error-text.js';

/** Result for a document. */
export type DocumentResult =
  | { readonly kind: 'current' }
  | { readonly kind: 'written' }
  /** The file differs from what would be written; the patch shows the difference. */
  | { readonly kind: 'stale'; readonly patch: string };

/**
 * Writes the document, and the directories it needs, unless it is up to date.
 *
 * @param path - the file as the user names it
 */
export async function writeDocument(file: string, path: string, text: string): Promise<DocumentResult> {
  if ((await readIfThere(file, path)) === text) return { kind: 'current' };
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${path} could not be written: ${errorText(error)}`);
  }
  return { kind: 'written' };
}

/** Compares the document without writing it. */
export async function checkDocument(file: string, path: string, text: string): Promise<DocumentResult> {
  const found = (await readIfThere(file, path)) ?? '';
  if (found === text) return { kind: 'current' };
  return { kind: 'stale', patch: createTwoFilesPatch(path, path, found, text, 'as it is', 'as it should be') };
}

/** Returns the document with this library's line ends, which git may have changed. */
async function readIfThere(file: string, path: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`${path} could not be read: ${errorText(error)}`);
  }
}
