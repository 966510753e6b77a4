// Tries the packages on real releases of Node, axios, got and TypeScript: npm run matrix
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import type { Interrupt } from '../harness/interrupt.js';
import { writeOutputFile } from '../harness/output-file.js';
import { runProgram } from '../harness/program.js';
import { axes, type MatrixRun, readArguments } from './arguments.js';
import { endChildren } from './child.js';
import { newerReleases } from './newer-releases.js';
import { type Cell, planCells, tables } from './plan.js';
import { ProgressView } from './progress.js';
import { blockOf, markdownBlock, withBlock } from './readme-block.js';
import { type CellResult, jsonResult, verdictOf } from './result.js';
import { terminalTable, troubles } from './tables.js';
import { packTarballs, repository } from './tarballs.js';
import { workOn } from './work.js';
import { openWorkshop } from './workshop.js';

const AT_ONCE = 2;
const README = join(repository, 'packages/docs/compatibility.md');

await runProgram(readArguments, async (command, interrupt) => {
  if (command.kind === 'run') return run(command, interrupt);
  console.log(listing(planCells(axes)));
  return 0;
});

async function run(command: MatrixRun, interrupt: Interrupt): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-matrix-'));
  const clean = (): void => {
    if (!command.keep) rmSync(directory, { recursive: true, force: true });
  };
  interrupt.signal.addEventListener('abort', () => {
    endChildren();
    clean();
    process.exit(interrupt.exitCode());
  });
  try {
    return await tryAll(command, directory);
  } finally {
    clean();
    if (command.keep) console.error(`The projects are in ${directory}`);
  }
}

async function tryAll(command: MatrixRun, directory: string): Promise<number> {
  const { cells } = command;
  const progress = new ProgressView(cells.length, process.stderr);
  progress.say(command.build ? 'Builds and packs the packages' : 'Packs the packages');
  const tarballs = await packTarballs(join(directory, 'tarballs'), command.build);
  const workshop = await openWorkshop(directory, tarballs);
  const work = async (cell: Cell): Promise<CellResult> => {
    progress.begin(cell);
    const result = await workOn(cell, workshop);
    progress.finish(result);
    return result;
  };
  const results = await pMap(cells, work, { concurrency: AT_ONCE });
  progress.close();
  show(results);
  if (command.json !== undefined) writeOutputFile(command.json, jsonResult(results, workshop.versions));
  const isStale = command.readme !== undefined && (await settleReadme(command.readme, results));
  return isStale || results.some((result) => verdictOf(result) === 'red') ? 1 : 0;
}

function show(results: readonly CellResult[]): void {
  for (const table of tables) {
    const own = results.filter(({ cell }) => cell.table === table);
    if (own.length > 0) console.log(`${terminalTable(table, own)}\n`);
  }
  const wrong = troubles(results);
  if (wrong.length > 0) console.log(`Not as it should be:\n\n${wrong.join('\n')}\n`);
  const count = (verdict: string): number => results.filter((result) => verdictOf(result) === verdict).length;
  console.log(
    `${count('green')} green, ${count('red')} red, ${count('best effort')} best effort, ${count('none')} that do not run there`,
  );
}

/** Tells if the page is out of date. */
async function settleReadme(what: 'write' | 'check', results: readonly CellResult[]): Promise<boolean> {
  for (const line of await newerReleases()) console.log(line);
  const readme = readFileSync(README, 'utf8');
  const block = markdownBlock(results);
  if (what === 'write') {
    writeFileSync(README, withBlock(readme, block));
    return false;
  }
  if (blockOf(readme) === block) return false;
  console.log('The page of compatibility has another table: npm run matrix -- --readme');
  return true;
}

function listing(cells: readonly Cell[]): string {
  return cells
    .map(({ table, row, column, part, none }) => {
      const words = [table, row, column, part, none === undefined ? '' : `(${none})`];
      return words.filter((word) => word !== '').join('  ');
    })
    .join('\n');
}
