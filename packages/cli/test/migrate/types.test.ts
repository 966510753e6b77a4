import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import ts from 'typescript';
import { corpusCases, migrated } from './corpus.js';

const home = fileURLToPath(new URL('../../', import.meta.url));
// Below the package, so that its modules are found.
const directory = mkdtempSync(join(home, '.migrated-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Modules that the corpus only speaks of are missing before and after; so only what is new counts. */
test('code that is rewritten has no type errors that it did not have before', () => {
  const cases = corpusCases().filter(({ before }) => before.some(({ path }) => /\.[cm]?tsx?$/.test(path)));
  const files: string[] = [];
  for (const { name, before, after } of cases) {
    for (const [stage, sources] of [
      ['before', before],
      ['dropin', migrated(before, 'dropin').after],
      ['policy', after],
    ] as const) {
      for (const { path, text } of sources) {
        const file = join(directory, stage, name, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
        if (/\.[cm]?tsx?$/.test(path)) files.push(file);
      }
    }
  }
  const errors = typeErrors(files);
  const of = (stage: string) =>
    errors.flatMap((error) => (error.startsWith(`${stage}/`) ? [error.slice(stage.length + 1)] : []));
  const known = new Set(of('before'));
  const isNew = (error: string) => !known.has(error);
  expect({ cases: cases.length >= 30, dropin: of('dropin').filter(isNew), policy: of('policy').filter(isNew) }).toEqual(
    {
      cases: true,
      dropin: [],
      policy: [],
    },
  );
}, 120_000);

function typeErrors(files: readonly string[]): string[] {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@breakwater/source'],
    jsx: ts.JsxEmit.Preserve,
    esModuleInterop: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    strict: true,
    noEmit: true,
    types: ['node', 'jest'],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file?.fileName.startsWith(directory))
    .map(({ file, messageText }) => {
      const path = file?.fileName.slice(directory.length + 1) ?? '';
      return `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}
