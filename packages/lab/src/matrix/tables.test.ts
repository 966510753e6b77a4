import { describe, expect, test } from '@jest/globals';
import type { Cell } from './plan.js';
import { blockOf, markdownBlock, withBlock } from './readme-block.js';
import { type CellResult, jsonResult, verdictOf } from './result.js';
import { terminalTable, troubles } from './tables.js';

function cell(row: string, column: string, part: string, more: Partial<Cell> = {}): Cell {
  return { table: 'got', row, column, part, work: { kind: 'packages' }, ...more };
}

function result(of: Cell, shown: number, ...failed: readonly string[]): CellResult {
  return {
    cell: of,
    shown: Array.from({ length: shown }, (_, at) => `behaviour ${at}`),
    failed: failed.map((name) => ({ name, message: `${name}: 1 !== 2\nin line 3` })),
    lacking: [],
  };
}

const results = [
  result(cell('11', 'Node 20', 'ESM', { bestEffort: true }), 2, 'streams are retried'),
  result(cell('11', 'Node 20', 'CJS', { bestEffort: true }), 3),
  result(cell('11', 'Node 22', 'ESM', { bestEffort: true }), 2, 'streams are retried'),
  result(cell('16', 'Node 20', 'ESM', { none: 'needs Node 22' }), 0),
  result(cell('16', 'Node 20', 'CJS', { none: 'needs Node 22' }), 0),
  result(cell('16', 'Node 22', 'ESM'), 3),
];

describe('in a terminal', () => {
  test('a place shows the counts of each of its parts', () => {
    expect(terminalTable('got', results)).toBe(
      [
        '┌─────┬─────────┬─────────┐',
        '│ got │ Node 20 │ Node 22 │',
        '├─────┼─────────┼─────────┤',
        '│ 11  │ ESM 2/3 │ ESM 2/3 │',
        '│     │ CJS 3/3 │         │',
        '├─────┼─────────┼─────────┤',
        '│ 16  │ ESM -   │ ESM 3/3 │',
        '└─────┴─────────┴─────────┘',
      ].join('\n'),
    );
  });

  test('a cell that is not green has its reason', () => {
    expect(troubles(results.slice(0, 2))).toEqual([
      'got 11 Node 20 ESM: streams are retried\n    streams are retried: 1 !== 2\n    in line 3',
    ]);
  });
});

describe('a cell', () => {
  test.each([
    ['green', result(cell('12', 'Node 20', 'ESM'), 3)],
    ['red', result(cell('12', 'Node 20', 'ESM'), 3, 'one')],
    ['best effort', result(cell('11', 'Node 20', 'ESM', { bestEffort: true }), 3, 'one')],
    ['none', result(cell('16', 'Node 20', 'ESM', { none: 'needs Node 22' }), 0)],
  ])('is %s', (verdict, of) => {
    expect(verdictOf(of)).toBe(verdict);
  });

  test('is written with its verdict for machines', () => {
    const { versions, cells } = JSON.parse(jsonResult(results, { 'got 16': '16.1.0' }));

    expect(versions).toEqual({ 'got 16': '16.1.0' });
    expect(cells[0]).toMatchObject({ table: 'got', row: '11', column: 'Node 20', part: 'ESM', verdict: 'best effort' });
    expect(cells[3]).toMatchObject({ verdict: 'none', none: 'needs Node 22', shown: [] });
  });
});

describe('in the README', () => {
  test('a place has a tick if all its parts passed, and figures if one did not', () => {
    expect(markdownBlock(results)).toBe(
      [
        '| got | Node 20 | Node 22 |',
        '| --- | :-: | :-: |',
        '| 11 | ESM 2/3, CJS 3/3 | ESM 2/3 |',
        '| 16 | – | ✓ |',
        '',
        '- Not so with got 11: streams are retried.',
      ].join('\n'),
    );
  });

  test('the block is put between its marks, and found there again', () => {
    const readme = 'above\n<!-- matrix -->\nold\n<!-- /matrix -->\nbelow\n';

    const made = withBlock(readme, '| new |');

    expect(made).toBe('above\n<!-- matrix -->\n| new |\n<!-- /matrix -->\nbelow\n');
    expect(blockOf(made)).toBe('| new |');
    expect(withBlock(made, '| new |')).toBe(made);
  });

  test('a README without the marks is an error', () => {
    expect(() => withBlock('text', 'block')).toThrow('the README needs the marks <!-- matrix --> and <!-- /matrix -->');
  });
});
