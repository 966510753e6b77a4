// Tries how many small mistakes in core its tests would notice: npm run mutation
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runProgram } from '../harness/program.js';
import { type MutationOptions, readArguments } from './arguments.js';
import { bundleTests } from './bundle.js';
import { coreRoot, inProcessTests, mutatedFiles } from './core-files.js';
import { instrument } from './instrument.js';
import { planRuns } from './plan.js';
import { type Result, runMutants, runPlain } from './run-mutants.js';
import { fileTable, score, survivorList } from './tables.js';

await runProgram(readArguments, async (options, { signal }) => {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-mutation-'));
  try {
    const results = await tryMutants(options, join(directory, 'tests.cjs'), signal);
    console.log(fileTable(results));
    const survivors = survivorList(results);
    if (options.survivors && survivors !== '') console.log(`\n${survivors}`);
    if (score(results) >= options.min) return 0;
    console.log(`\nThe score is below ${options.min} %. The survivors: npm run mutation -- --survivors`);
    return 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

async function tryMutants(options: MutationOptions, bundle: string, signal: AbortSignal): Promise<readonly Result[]> {
  const files = mutatedFiles(options.file);
  if (files.length === 0) throw new Error(`no source of core has the name ${options.file.join(', ')}`);
  const { texts, mutants } = await instrument(files);
  const tests = inProcessTests();
  writeFileSync(bundle, await bundleTests(tests, texts));

  const startedMs = performance.now();
  const plain = await runPlain(
    bundle,
    tests.map((file) => relative(coreRoot, file)),
    signal,
  );
  const count = plain.reduce((sum, file) => sum + file.tests.length, 0);
  const left = plain.reduce((sum, file) => sum + file.left, 0);
  console.error(
    `${count} tests in ${tests.length} files pass without a mutant; ${left} need jest itself or more cases, and stay out.`,
  );
  const runs = planRuns(mutants, plain);
  const results = await runMutants(bundle, runs, options.jobs, signal, (done) => {
    if (done % 250 === 0) console.error(`${done} of ${mutants.length} mutants`);
  });
  console.error(
    `${results.length} of ${mutants.length} mutants in ${Math.round((performance.now() - startedMs) / 1_000)} s`,
  );
  return results;
}
