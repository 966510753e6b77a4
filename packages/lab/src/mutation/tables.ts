import { dirname, relative } from 'node:path';
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
  return tableOf(results, 'file', (path) => path);
}

/** A row per folder of core's sources, the weakest first. The last row is for all. */
export function roomTable(results: readonly Result[]): string {
  return tableOf(results, 'room', (path) => dirname(path));
}

function tableOf(results: readonly Result[], title: string, groupOf: (path: string) => string): string {
  const table = new Table({
    head: [title, 'mutants', 'killed', 'endless', 'survived', 'unreached', 'score'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const name = groupOf(relative(coreRoot, result.mutant.file));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [result]);
    else group.push(result);
  }
  const rows = [...groups].sort(([, one], [, other]) => score(one) - score(other));
  for (const [name, inGroup] of [...rows, ['all files', results] as const]) {
    const count = (outcome: Outcome): number => inGroup.filter((result) => result.outcome === outcome).length;
    const counts = [count('killed'), count('endless'), count('survived'), count('unreached')];
    table.push([name, inGroup.length, ...counts, `${score(inGroup).toFixed(1)} %`]);
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
