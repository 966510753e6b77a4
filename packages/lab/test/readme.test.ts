import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { examples, promisedOutput, runExamples, typeErrors, writeExamples } from './readme-examples.js';
import type { ExampleResult } from './readme-runner.js';
import { codeBlocks, documents } from './readme-text.js';

/** Far more than it takes: the compiler and all of the clients have to be loaded. */
const TIMEOUT_MS = 120_000;

const all = examples();
const running = all.filter(({ noRun }) => noRun === undefined);
const removeFiles = writeExamples(all);
afterAll(removeFiles);

test('every block of code in a README is run, or has a reason not to be', () => {
  const silent = documents()
    .flatMap(codeBlocks)
    .filter(
      ({ language, noRun }) => !['bash', 'mermaid', 'sh', 'text', 'ts'].includes(language) && noRun === undefined,
    );
  expect(silent.map(({ readme, line, language }) => `${readme.path}:${line} (${language})`)).toEqual([]);
});

test('every example passes the compiler', () => expect(typeErrors(all)).toEqual([]), TIMEOUT_MS);

describe('an example prints what it promises', () => {
  let results: ReadonlyMap<string, ExampleResult>;
  beforeAll(async () => {
    results = await runExamples(running);
  }, TIMEOUT_MS);

  test.each(running.map((example) => [example.name, example] as const))('%s', (name, example) => {
    const { problems, printed } = results.get(name) ?? { problems: ['it never ran'], printed: [] };
    expect(problems).toEqual([]);
    const promised = promisedOutput(example);
    if (promised.length > 0) expect(printed).toEqual(promised);
  });
});
