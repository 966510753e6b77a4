import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { coreRoot, inProcessTests, mutatedFiles } from './core-files.js';
import { instrument } from './instrument.js';
import type { Outcome, Result } from './run-mutants.js';
import { fileTable, roomTable, score, survivorList } from './tables.js';

const result = (file: string, outcome: Outcome): Result => ({
  mutant: {
    id: '1',
    file: join(coreRoot, 'src', file),
    line: 7,
    kind: 'Arithmetic',
    original: 'a +\n  b',
    replacement: 'a - b',
  },
  outcome,
});

const rowsOf = (table: string): readonly string[] =>
  table
    .split('\n')
    .slice(3, -1)
    .map((row) => row.replaceAll(/[\s│]+/g, ' ').trim());

const results = [
  result('good.ts', 'killed'),
  result('good.ts', 'endless'),
  result('weak.ts', 'survived'),
  result('weak.ts', 'killed'),
  result('weak.ts', 'unreached'),
];

it('scores the share of mutants that a test noticed', () => {
  expect(score(results)).toBe(60);
  expect(score([])).toBe(100);
});

it('has a row per file, the weakest first', () => {
  expect(rowsOf(fileTable(results))).toEqual([
    'src/weak.ts 3 1 0 1 1 33.3 %',
    'src/good.ts 2 1 1 0 0 100.0 %',
    'all files 5 2 1 1 1 60.0 %',
  ]);
});

it('has a row per room, the weakest first', () => {
  const inRooms = [...results, result('retry/budget.ts', 'killed'), result('retry/plan.ts', 'survived')];
  expect(rowsOf(roomTable(inRooms))).toEqual([
    'src/retry 2 1 0 1 0 50.0 %',
    'src 5 2 1 1 1 60.0 %',
    'all files 7 3 1 2 1 57.1 %',
  ]);
});

it('lists mutants that no test noticed by file and line', () => {
  expect(survivorList(results)).toBe(
    'src/weak.ts:7 survived Arithmetic: a + b -> a - b\nsrc/weak.ts:7 unreached Arithmetic: a + b -> a - b',
  );
});

it('instruments a file of core, with the switches outside', async () => {
  const [file = ''] = mutatedFiles(['retry/budget.ts']);
  const { texts, mutants } = await instrument([file]);
  const text = texts.get(file) ?? '';
  expect(text).toContain('stryMutAct_9fa48("0")');
  expect(text).not.toContain('function stry');
  expect(mutants.length).toBeGreaterThan(10);
  expect(mutants.every((mutant) => mutant.file === file && mutant.line > 0 && mutant.original !== '')).toBe(true);
});

it('selects the tests that need no server and no page', () => {
  const names = inProcessTests().map((path) => path.slice(coreRoot.length));
  expect(names).toEqual(expect.arrayContaining(['src/retry/budget.test.ts', 'test/retry-rules.test.ts']));
  expect(names).not.toContain('test/real-errors.test.ts');
  expect(names).not.toContain('test/browser-bundle.test.ts');
});
