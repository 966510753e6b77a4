import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

/** Returns all that a file imports, and what its own files import in turn. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const code = readFileSync(file, 'utf8');
  for (const { fileName: specifier } of ts.preProcessFile(code).importedFiles) {
    if (!specifier.startsWith('.')) packages.add(specifier);
    else {
      const url = new URL(specifier.replace(/\.js$/, '.ts'), `file://${file}`);
      for (const found of importsOf(fileURLToPath(url), seen)) packages.add(found);
    }
  }
  return packages;
}

const packagesOf = (entry: string) => [...importsOf(fileURLToPath(new URL(`../src/${entry}`, import.meta.url)))].sort();

it('imports neither OpenTelemetry, nor prom-client, nor Node', () => {
  expect(packagesOf('prometheus.ts')).toEqual(['@breakwater/core', '@breakwater/core/adapter']);
});
