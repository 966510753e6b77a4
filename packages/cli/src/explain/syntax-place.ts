import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ParserOptions, parse } from '@babel/parser';

/**
 * Finds the file and line of a syntax error in a module or the files that it imports, since Node's error for an ES
 * module does not name them. Runs nothing. Undefined if there is none, or if it is elsewhere.
 */
export async function syntaxPlace(file: string): Promise<{ readonly file: string; readonly at: string } | undefined> {
  const files = new Set([file]);
  for (const next of files) {
    const { errorAt, imports } = await parsed(next);
    if (errorAt !== undefined) return { file: next, at: errorAt };
    for (const name of imports) if (files.size < MOST_FILES) files.add(resolve(dirname(next), name));
  }
  return undefined;
}

const MOST_FILES = 200;

interface Parsed {
  readonly errorAt?: string;
  /** The relative paths that it imports. */
  readonly imports: readonly string[];
}

async function parsed(file: string): Promise<Parsed> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined || !/\.[mc]?js$/.test(file)) return { imports: [] };
  try {
    const { program } = parse(text, OPTIONS);
    const names = program.body.flatMap((statement) =>
      'source' in statement && statement.source ? [statement.source.value] : [],
    );
    return { imports: names.filter((name) => name.startsWith('.')) };
  } catch (error) {
    const { loc } = error as { readonly loc?: { readonly line: number; readonly column: number } };
    return { ...(loc && { errorAt: `${loc.line}:${loc.column + 1}` }), imports: [] };
  }
}

const OPTIONS: ParserOptions = { sourceType: 'unambiguous', plugins: ['deprecatedImportAssert'] };
