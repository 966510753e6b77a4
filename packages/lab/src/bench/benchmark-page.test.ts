import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { benchmarkTable, FIGURES } from './benchmark-page.js';
import { figuresOf } from './figures.js';
import { thisMachine } from './machine.js';

const machine = { ...thisMachine(), node: 'v20.1.0', atMs: Date.UTC(2026, 0, 2), versions: { got: '14.0.0' } };

/** A run in which each case was measured three times. */
function run(node?: string) {
  return FIGURES.map(({ group, ours, peers }) => {
    const cases = [...new Set([ours, ...peers, 'bare'])].map((name, index) => ({
      name,
      samples: [100, 110, 120].map((sample) => sample + (name === 'bare' ? 0 : index + 10)),
    }));
    return { ...figuresOf({ name: group, unit: 'ns', base: 'bare', cases }), ...(node !== undefined && { node }) };
  });
}

test('has a line about the machine, a row for each figure and a column for each release of Node', () => {
  const lines = benchmarkTable(machine, [...run('v20.1.0'), ...run('v24.2.0')], false).split('\n');

  expect(lines[0]).toMatch(/^Measured on 2026-01-02: \d+ x .*got 14\.0\.0\.$/);
  expect(lines[1]).toMatch(/^Times are those of the wall clock\. Load before the run: \d+\.\d\.$/);
  expect(lines[4]).toBe('| | Node 20.1.0 | Node 24.2.0 |');
  expect(lines.slice(6)).toHaveLength(FIGURES.length);
  const cell = String.raw`\*\*\d+ ns\*\*; cockatiel \d+ ns, opossum \d+ ns`;
  expect(lines[6]).toMatch(new RegExp(`^\\| .execute., .* \\| ${cell} \\| ${cell} \\|$`));
});

test('has one column for a run on one release, with quartiles', () => {
  const lines = benchmarkTable(machine, run(), false).split('\n');

  expect(lines[4]).toBe('| | Node 20.1.0 |');
  expect(lines.find((line) => line.startsWith('| Memory of an idle key'))).toContain(
    '**120 B** (110 B to 130 B); cockatiel',
  );
});

test('refuses a run that lacks a figure', () => {
  expect(() => benchmarkTable(machine, run().slice(1), true)).toThrow(
    'of "execute: an async function", which was not measured',
  );
});

test('the page has all figures of a run', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url)), 'utf8');
  expect(page).toContain('<!-- benchmarks -->\nMeasured on ');
  for (const { label } of FIGURES) expect(page).toContain(`| ${label} | **`);
});
