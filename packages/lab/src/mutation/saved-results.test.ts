import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { coreRoot } from './core-files.js';
import type { Result } from './run-mutants.js';
import { SavedResults } from './saved-results.js';

let folder = '';
let source = '';
let test = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-saved-'));
  source = join(folder, 'budget.ts');
  writeFileSync(source, 'source');
  writeFileSync(join(folder, 'budget.test.ts'), 'test');
  writeFileSync(join(folder, 'other.test.ts'), 'other test');
  test = relative(coreRoot, join(folder, 'budget.test.ts'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const saved = (...tests: string[]) => new SavedResults(join(folder, 'saved'), tests);
const results: readonly Result[] = [
  { mutant: { id: '1', file: 'a.ts', line: 7, kind: '', original: '1', replacement: '2' }, outcome: 'killed' },
];

it('keeps the results of a file from one run to the next', () => {
  expect(saved(test).read(source)).toBeUndefined();
  saved(test, 'gone.test.ts').write(source, results, [test]);
  expect(saved(test).read(source)).toEqual(results);
  expect(saved(test).read(join(folder, 'other.ts'))).toBeUndefined();
});

it.each([['budget.ts'], ['budget.test.ts']])('forgets them if %s changes', (name) => {
  saved(test).write(source, results, [test]);
  writeFileSync(join(folder, name), 'changed');
  expect(saved(test).read(source)).toBeUndefined();
});

it('keeps them if a test changes that does not reach the file', () => {
  saved(test).write(source, results, [test]);
  writeFileSync(join(folder, 'other.test.ts'), 'changed');
  expect(saved(test).read(source)).toEqual(results);
});

it('forgets them if a test file is added or removed', () => {
  saved(test).write(source, results, [test]);
  expect(saved(test, 'new.test.ts').read(source)).toBeUndefined();
  rmSync(join(folder, 'budget.test.ts'));
  expect(saved(test).read(source)).toBeUndefined();
});

it('keeps the results of tried mutants if a file changes during the run', () => {
  const before = saved(test);
  before.read(source);
  writeFileSync(source, 'changed');
  before.write(source, results, [test]);
  expect(saved(test).read(source)).toBeUndefined();
});
