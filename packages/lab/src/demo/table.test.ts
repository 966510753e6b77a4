import { describe, expect, test } from '@jest/globals';
import pc from 'picocolors';
import type { Comparison, SideFigures } from './comparison.js';
import { table } from './table.js';

const figures = (change: Partial<SideFigures>): SideFigures => ({
  calls: 640,
  success: 1,
  p50Ms: 43,
  p95Ms: 51,
  attemptsPerCall: 1,
  refused: 0,
  ...change,
});
const rows: readonly Comparison[] = [
  { name: 'calm', plain: figures({}), guarded: figures({}) },
  {
    name: 'throttling',
    plain: figures({ success: undefined, p50Ms: undefined, p95Ms: undefined }),
    guarded: figures({ success: 0.554, p50Ms: 1_044.4, p95Ms: 3_120.6, attemptsPerCall: 0.678, refused: 1_234 }),
  },
];
const lines = (colors: boolean) => table(rows, pc.createColors(colors)).split('\n');

describe('the table', () => {
  test('has both sides next to each other', () => {
    expect(lines(false).map((line) => line.trimEnd())).toEqual([
      '───────────┬──────────────┬─────────────────────┬───────────────┬──────────────',
      'phase      │ success, %   │ p50/p95, ms         │ attempts/call │ refused',
      '           │ without with │   without      with │ without  with │ without with',
      '───────────┼──────────────┼─────────────────────┼───────────────┼──────────────',
      'calm       │     100  100 │     43/51     43/51 │    1.00  1.00 │       0    0',
      'throttling │       -   55 │       -/- 1044/3121 │    1.00  0.68 │       0 1234',
      '───────────┴──────────────┴─────────────────────┴───────────────┴──────────────',
    ]);
  });

  test('fits a terminal of 80 columns', () => {
    expect(Math.max(...lines(false).map((line) => line.length))).toBeLessThan(80);
  });

  test('is laid out the same in colour', () => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

    expect(lines(true).join('\n')).not.toBe(lines(false).join('\n'));
    expect(lines(true).map((line) => line.replace(escapes, ''))).toEqual(lines(false));
  });
});
