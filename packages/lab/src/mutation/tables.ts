import { relative } from 'node:path';
import Table from 'cli-table3';
import { coreRoot } from './core-files.js';
import type { Mutant } from './instrument.js';
import type { Outcome, Result } from './run-mutants.js';

/** Returns the share of mutants that a test noticed, in percent. Without any mutant it is 100. */
export function score(results: readonly Result[]): number {
  return results.length === 0 ? 100 : (100 * results.filter(isNoticed).length) / results.length;
}

/** A row per file, the weakest first, and a last row for all. */
export function fileTable(results: readonly Result[]): string {
  const table = new Table({
    head: ['file', 'mutants', 'killed', 'endless', 'survived', 'unreached', 'score'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  const names = [...new Set(results.map(({ mutant }) => mutant.file))];
  const files = names.map((name) => [name, results.filter(({ mutant }) => mutant.file === name)] as const);
  const rows = files.sort(([, one], [, other]) => score(one) - score(other));
  for (const [file, inFile] of [...rows, ['', results] as const]) {
    const count = (outcome: Outcome): number => inFile.filter((result) => result.outcome === outcome).length;
    const name = file === '' ? 'all files' : relative(coreRoot, file);
    const counts = [count('killed'), count('endless'), count('survived'), count('unreached')];
    table.push([name, inFile.length, ...counts, `${score(inFile).toFixed(1)} %`]);
  }
  return table.toString();
}

/** A line per mutant that no test noticed. */
export function survivorList(results: readonly Result[]): string {
  return results
    .filter((result) => !isNoticed(result))
    .map(survivorLine)
    .join('\n');
}

function survivorLine({ mutant, outcome }: Result): string {
  const place = `${relative(coreRoot, mutant.file)}:${mutant.line}`;
  return `${place} ${outcome} ${mutant.kind}: ${short(mutant, 'original')} -> ${short(mutant, 'replacement')}`;
}

const WIDTH = 80;

function short(mutant: Mutant, part: 'original' | 'replacement'): string {
  const text = mutant[part].replace(/\s+/g, ' ');
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text;
}

function isNoticed({ outcome }: Result): boolean {
  return outcome === 'killed' || outcome === 'endless';
}
