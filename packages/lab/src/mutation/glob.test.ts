import { expect, it } from '@jest/globals';
import { globMatcher } from './glob.js';

it.each([
  ['**', 'policy.ts', true],
  ['**', 'retry/budget.ts', true],
  ['*.ts', 'policy.ts', true],
  ['*.ts', 'retry/budget.ts', false],
  ['**/budget.ts', 'retry/budget.ts', true],
  ['**/budget.ts', 'budget.ts', true],
  ['retry/**', 'retry/deep/budget.ts', true],
  ['retry/b?dget.ts', 'retry/budget.ts', true],
  ['retry/b?dget.ts', 'retry/b/dget.ts', false],
  ['retry/budget.ts', 'retry/budgetXts', false],
  ['retry', 'retry/budget.ts', false],
])('%s of %s is %s', (glob, path, matches) => {
  expect(globMatcher([glob])(path)).toBe(matches);
});

it('matches if one of several globs does', () => {
  expect(globMatcher(['limit/**', 'retry/**'])('retry/budget.ts')).toBe(true);
});
