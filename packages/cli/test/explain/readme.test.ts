import { readFileSync } from 'node:fs';
import { createPolicy } from '@breakwater/core';
import { expect, it } from '@jest/globals';
import { explain } from '../../src/explain/explanation.js';
import { warningIds } from '../../src/explain/warning.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** Returns the code in the first column of a table. */
function named(table: string): string[] {
  const [, rows = ''] = readme.split(`<!-- ${table} -->`);
  const cells =
    rows
      .split(`<!-- /${table} -->`)[0]
      ?.split('\n')
      .map((row) => row.split('|')[1] ?? '') ?? [];
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

it('names every warning in its README', () => {
  expect(named('warnings')).toEqual([...warningIds]);
});

it('names every field of its JSON in its README', () => {
  const fields = Object.keys(explain(createPolicy().settings, { source: '', callsPerSecond: undefined, ignore: [] }));
  expect(named('json').sort()).toEqual(fields.sort());
});

it('warns of the policy in the README as shown there', () => {
  const { settings } = createPolicy({
    retry: { maxRetries: 2, methods: ['GET', 'POST'] },
    timeouts: { attemptMs: 2_000, totalMs: 5_000 },
  });
  const { warnings } = explain(settings, { source: '', callsPerSecond: 50, ignore: [] });
  expect(warnings.map(({ id }) => id)).toEqual(['unsafe-methods', 'retries-past-deadline']);
});
