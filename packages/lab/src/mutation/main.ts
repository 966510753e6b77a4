// Tries how many small mistakes in core its tests would notice: npm run mutation
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../harness/program.js';
import { type MutationOptions, readArguments } from './arguments.js';
import { bundleTests } from './bundle.js';
import { coreRoot, inProcessTests, mutatedFiles } from './core-files.js';
import { type FileResults, resultsByFile } from './file-results.js';
import { instrument } from './instrument.js';
import { planRuns } from './plan.js';
import { type Result, runMutants, runPlain } from './run-mutants.js';
import { SavedResults } from './saved-results.js';
import { fileTable, roomTable, score, survivorList } from './tables.js';

const savedFolder = fileURLToPath(new URL('../../../../node_modules/.cache/breakwater-mutation/', import.meta.url));

await runProgram(readArguments, async (options, { signal }) => {
  const files = mutatedFiles(options.file);
  if (files.length === 0) throw new Error(`no source of core has the name ${options.file.join(', ')}`);
  const tests = inProcessTests().map((file) => relative(coreRoot, file));
  const saved = new SavedResults(savedFolder, tests);
  const results: Result[] = [];
  const left = files.filter((file) => {
    const kept = saved.read(file);
    if (kept === undefined || options.fresh) return true;
    results.push(...kept);
    return false;
  });
  if (left.length < files.length) console.error(`${files.length - left.length} files are as in an earlier run.`);
  if (left.length > 0) {
    await tryMutants(left, tests, options, signal, ({ file, results: found, reachedBy, ms }) => {
      saved.write(file, found, reachedBy);
      results.push(...found);
      const name = relative(coreRoot, file);
      console.error(`${name}: ${score(found).toFixed(1)} % of ${found.length} mutants in ${(ms / 1_000).toFixed(1)} s`);
    });
  }
  return report(results, options);
});

function report(results: readonly Result[], { survivors, min }: MutationOptions): number {
  console.log(fileTable(results));
  console.log(roomTable(results));
  const list = survivorList(results);
  if (survivors && list !== '') console.log(`\n${list}`);
  if (score(results) >= min) return 0;
  console.log(`\nThe score is below ${min} %. The survivors: npm run mutation -- --survivors`);
  return 1;
}

async function tryMutants(
  files: readonly string[],
  tests: readonly string[],
  { jobs }: MutationOptions,
  signal: AbortSignal,
  onFile: (found: FileResults) => void,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-mutation-'));
  try {
    const startedMs = performance.now();
    const { texts, mutants } = await instrument(files);
    const bundle = join(directory, 'tests.cjs');
    const testFiles = tests.map((test) => join(coreRoot, test));
    writeFileSync(bundle, await bundleTests(testFiles, texts));
    const plain = await runPlain(bundle, tests, jobs, signal);
    const count = plain.reduce((sum, file) => sum + file.tests.length, 0);
    const left = plain.reduce((sum, file) => sum + file.left, 0);
    const secondsSince = (): string => `${Math.round((performance.now() - startedMs) / 1_000)} s`;
    console.error(
      `${count} tests in ${tests.length} files pass without a mutant (${secondsSince()}); ${left} need jest itself or more cases, and stay out.`,
    );
    await runMutants(bundle, planRuns(mutants, plain), jobs, signal, resultsByFile(files, mutants, onFile));
    console.error(`${mutants.length} mutants in ${files.length} files: ${secondsSince()}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
