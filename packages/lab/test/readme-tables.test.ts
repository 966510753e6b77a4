import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createPolicy, defaults, presets } from '@breakwater/core';
import { describe, expect, test } from '@jest/globals';
import { membersOf, wordsOf } from './declared.js';
import {
  anchorOf,
  codeBlocks,
  codeIn,
  documents,
  headings,
  localLinks,
  pages,
  type Readme,
  readmes,
  repository,
  tableIn,
  tableNamed,
} from './readme-text.js';
import { manifestOf, sourcesOf } from './source-tree.js';

const root = readmes()[0] as Readme;

/** The parts of a policy, as their sections are called. */
const PARTS = [
  'Retry',
  'Backoff',
  'Retry-After and cool-down',
  'Retry budget',
  'Circuit breaker',
  'Limit',
  'Timeouts and deadline',
  'Idempotency keys',
  'Modes',
  'Keys',
  'Store',
];

const PARTS_OF_A_POLICY = ['retry', 'budget', 'breaker', 'coolDown', 'limit', 'timeouts', 'idempotency'];

/** What is a default's value in no more than words. */
const IN_WORDS = {
  retry: { backoff: 'see [Backoff](backoff.md)' },
  limit: { kind: 'required' },
  fixedLimit: { kind: 'required', concurrency: 'required' },
  idempotency: { generate: 'a random UUID' },
  keys: { keyOf: "the URL's origin" },
  store: { store: "a `memoryStore()` of the policy's own" },
  testing: { clock: '`systemClock`', random: '`Math.random`' },
};

const { retry, budget, breaker, coolDown, timeouts, name, mode, enforceRate, maxKeys, keyIdleMs } = defaults;
const { limit } = createPolicy({ limit: { kind: 'adaptive' } }).settings;
const { limit: fixedLimit } = createPolicy({ limit: { kind: 'fixed', concurrency: 1 } }).settings;
const { idempotency } = createPolicy({ idempotency: {} }).settings;

describe('the table of defaults has each option with its default', () => {
  const topLevel = membersOf('PolicyOptions').filter((option) => !PARTS_OF_A_POLICY.includes(option));

  test.each([
    ['retry', membersOf('RetryOptions'), retry],
    ['backoff', membersOf('BackoffOptions'), retry.backoff],
    ['coolDown', membersOf('CoolDownOptions'), coolDown],
    ['budget', membersOf('BudgetOptions'), budget],
    ['breaker', membersOf('BreakerOptions'), breaker],
    ['limit', membersOf('AdaptiveLimitOptions'), limit],
    ['fixedLimit', membersOf('FixedLimitOptions'), fixedLimit],
    ['timeouts', membersOf('TimeoutOptions'), timeouts],
    ['idempotency', membersOf('IdempotencyOptions'), idempotency],
    ['mode', ['mode', 'enforceRate'], { mode, enforceRate }],
    ['keys', ['keyOf', 'maxKeys', 'keyIdleMs'], { maxKeys, keyIdleMs }],
    ['store', ['name', 'store'], { name }],
    ['testing', ['clock', 'random'], {}],
  ])('%s', (part, options, values) => {
    const words: Readonly<Record<string, string>> = { ...IN_WORDS[part as keyof typeof IN_WORDS] };
    const expected = options.map((option) => {
      const value: unknown = (values as Record<string, unknown>)[option];
      return [`\`${option}\``, words[option] ?? (value === undefined ? 'unset' : `\`${written(value)}\``)];
    });
    const rows = tableNamed(`defaults:${part}`);
    expect(rows.map(([option, value]) => [option, value]).sort()).toEqual(expected.sort());
    expect(rows.filter(([, , meaning = '']) => meaning === '')).toEqual([]);
  });

  test('and no option of a policy is without a table', () => {
    expect(topLevel.sort()).toEqual(
      ['mode', 'enforceRate', 'keyOf', 'maxKeys', 'keyIdleMs', 'name', 'store', 'clock', 'random'].sort(),
    );
    expect(defaults.idempotency).toBe(false);
  });
});

describe('a table names them all', () => {
  const firstColumn = (table: string) => tableNamed(table).map(([cell = '']) => codeIn(cell).join(' '));

  test('stop reasons', () => {
    expect(firstColumn('stop-reasons').sort()).toEqual(wordsOf('StopReason').sort());
  });

  test('error codes, each with its guard', () => {
    expect(firstColumn('errors').sort()).toEqual(wordsOf('BreakwaterErrorCode').sort());
  });

  test('presets', () => {
    expect(firstColumn('presets')).toEqual(Object.keys(presets));
  });

  test('events, each with what it tells', () => {
    const rows = tableNamed('events').map(([event = '', , has = '']) => [codeIn(event)[0] ?? '', codeIn(has)] as const);
    const expected = membersOf('PolicyEvents').map((event) => {
      const name = event.replace('would', '');
      return [event, membersOf(`${name.charAt(0).toUpperCase()}${name.slice(1)}Event`)];
    });
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
  });
});

test("the core's README names nothing that is not exported", () => {
  const core = readmes().find(({ owner }) => owner === 'core') as Readme;
  const entries = ['index.ts', 'adapter.ts', 'store.ts', 'algorithms.ts', 'testing.ts'].map(
    (path) => sourcesOf('core').find((file) => file.path === path)?.text,
  );
  const named = tableIn(core, 'exports').flatMap(([, names = '']) => codeIn(names));
  const unknown = named.filter((name) => !name.startsWith('@') && !new RegExp(`\\b${name}\\b`).test(entries.join()));
  expect(named.length).toBeGreaterThan(0);
  expect(unknown).toEqual([]);
});

test.each(PARTS)('the page of the part "%s" has the headings that all parts have', (part) => {
  const page = pages().find((document) => document.lines[0] === `# ${part}`);
  const found = headings(page as Readme).filter(({ level }) => level === 2);
  const expected = ['What it does', 'Usage', 'Defaults', 'Events', 'When not to use it'];
  expect(found.map(({ text }) => text).filter((text) => expected.includes(text))).toEqual(expected);
});

test('the README of the repository is short', () => {
  expect(root.lines.length).toBeLessThanOrEqual(250);
});

test.each(readmes().map((readme) => [readme.path, readme] as const))(
  '%s has the install and an example in its first 30 lines',
  (_, readme) => {
    const [install, example] = codeBlocks(readme);
    expect(install?.source).toContain('npm install');
    expect(example?.language).toBe('ts');
    expect(example?.source.split('\n').length).toBeLessThan(30);
  },
);

test.each(documents().map((document) => [document.path, document] as const))(
  '%s has no link that leads nowhere',
  (path, document) => {
    const anchorsOf = (lines: readonly string[]) => headings({ ...document, lines }).map(({ text }) => anchorOf(text));
    const leadsSomewhere = (target: string) => {
      const [file = '', anchor] = target.split('#');
      const linked = join(repository, file === '' ? path : join(path, '..', file));
      if (!existsSync(linked)) return false;
      if (statSync(linked).isDirectory()) return anchor === undefined || anchor === 'readme';
      return anchor === undefined || anchorsOf(readFileSync(linked, 'utf8').split('\n')).includes(anchor);
    };
    expect(localLinks(document).filter((target) => !leadsSomewhere(target))).toEqual([]);
  },
);

test.each([
  ['axios', 'axios'],
  ['got', 'got'],
])('the table of compatibility has the releases of %s that its adapter takes', (owner, client) => {
  const { peerDependencies } = manifestOf(owner) as { peerDependencies: Record<string, string> };
  const row =
    pages()
      .flatMap(({ lines }) => lines)
      .find((text) => text.startsWith(`| ${client} | \``)) ?? '';
  expect(codeIn(row.replaceAll('\\|', '|'))).toEqual([peerDependencies[client]]);
});

/** As it is written in the code. */
function written(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number') return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
  if (value instanceof Set) return written([...value]);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, own]) => `${key}: ${written(own)}`)
    .join(', ')} }`;
}
