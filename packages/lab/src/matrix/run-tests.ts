import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.js';
import type { Variant } from './plan.js';
import type { Finding, SuiteReport } from './suite/report.js';
import type { RunnerRelease } from './versions.js';

type Findings = Pick<SuiteReport, 'shown' | 'failed' | 'lacking'>;

/** Report of Jest and Vitest, by `--json` and `--reporter=json`. */
interface TestResults {
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** Runs the suites as the tests of a project that uses this runner. */
export async function runTests(
  program: string,
  directory: string,
  { runner }: RunnerRelease,
  variant: Variant,
): Promise<Findings> {
  const output = join(directory, `results-${variant}.json`);
  const config = writeConfig(directory, variant);
  rmSync(output, { force: true });
  const args =
    runner === 'jest'
      ? [
          ...(variant === 'ESM' ? ['--experimental-vm-modules'] : []),
          'node_modules/jest/bin/jest.js',
          '--runInBand',
          '--json',
          `--outputFile=${output}`,
          `--config=${config}`,
        ]
      : ['node_modules/vitest/vitest.mjs', 'run', `--config=${config}`, '--reporter=json', `--outputFile=${output}`];
  const { code, stdout, stderr } = await runChild(program, args, { cwd: directory, env: { CI: 'true' } });
  let results: TestResults;
  try {
    results = JSON.parse(readFileSync(output, 'utf8'));
  } catch {
    throw new Error(`the runner wrote no results and ended with ${code}:\n${(stderr || stdout).slice(-2_000)}`);
  }
  return findingsOf(results, code);
}

function writeConfig(directory: string, variant: Variant): string {
  const file = join(directory, `tests-${variant}.config.mjs`);
  writeFileSync(file, `export default ${JSON.stringify(configOf(variant))};\n`);
  return file;
}

function configOf(variant: Variant): unknown {
  switch (variant) {
    case 'CJS':
      return { testMatch: ['**/*-cjs.test.cjs'], transform: {}, moduleFileExtensions: ['js', 'cjs', 'mjs', 'json'] };
    case 'ESM':
      return { testMatch: ['**/*-esm.test.mjs'], transform: {}, moduleFileExtensions: ['js', 'mjs', 'cjs', 'json'] };
    case 'external':
      return { test: { globals: true, include: ['*-esm.test.mjs'] } };
    case 'inlined':
      // Taken through Vite's own resolution and transformation, as in a monorepo.
      return { test: { globals: true, include: ['*-esm.test.mjs'], server: { deps: { inline: true } } } };
  }
}

export function findingsOf({ testResults }: TestResults, code: number | undefined): Findings {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed: Finding[] = tests
    .filter(({ status }) => status !== 'passed')
    .map(({ title, failureMessages }) => ({ name: title, message: firstLines(failureMessages?.join('\n') ?? '') }));
  for (const { message = '', assertionResults } of testResults) {
    if (assertionResults.length === 0) failed.push({ name: 'a test file loads', message: firstLines(message) });
  }
  // An error outside the tests, such as an unhandled rejection, shows only in the exit code.
  if (failed.length === 0 && (code !== 0 || tests.length === 0)) {
    failed.push({ name: 'the runner is content', message: `${tests.length} tests, and it ended with ${code}` });
  }
  return { shown: tests.filter(({ status }) => status === 'passed').map(({ title }) => title), failed, lacking: [] };
}

function firstLines(text: string): string {
  return text.trim().split('\n').slice(0, 12).join('\n');
}
