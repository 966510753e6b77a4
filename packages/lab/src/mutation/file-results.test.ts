import { expect, it } from '@jest/globals';
import { type FileResults, resultsByFile } from './file-results.js';
import type { Mutant } from './instrument.js';
import type { MutantRun } from './messages.js';

const mutant = (id: string, file: string): Mutant => ({ id, file, line: 1, kind: '', original: '', replacement: '' });
const run = (...files: string[]): MutantRun => ({
  mutant: '',
  tests: files.map((file) => ({ file, index: 0 })),
  hitLimit: 1,
  stepLimit: 1,
  atLoad: false,
});

it('passes the results of a file on when the last of its mutants is done, in the order of the file', () => {
  const mutants = [mutant('9', 'a.ts'), mutant('10', 'a.ts'), mutant('11', 'b.ts')];
  const found: FileResults[] = [];
  const add = resultsByFile(['a.ts', 'b.ts'], mutants, (results) => found.push(results));
  const [first, second, third] = mutants.map((one) => ({ mutant: one, outcome: 'killed' as const }));
  if (first === undefined || second === undefined || third === undefined) throw new Error('three mutants');
  add(second, run('x.test.ts'));
  expect(found).toEqual([]);
  add(first, run('y.test.ts', 'x.test.ts'));
  expect(found).toMatchObject([{ file: 'a.ts', results: [first, second] }]);
  expect([...(found[0]?.reachedBy ?? [])]).toEqual(['x.test.ts', 'y.test.ts']);
  add(third, run());
  expect(found[1]).toMatchObject({ file: 'b.ts', results: [third] });
});

it('passes a file without mutants on at once', () => {
  const found: FileResults[] = [];
  resultsByFile(['types.ts'], [], (results) => found.push(results));
  expect(found).toMatchObject([{ file: 'types.ts', results: [] }]);
});
