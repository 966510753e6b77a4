import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { presets } from '@breakwater/core';
import { builtInScenarios } from '@breakwater/simulator';
import { describe, expect, test } from '@jest/globals';
import { membersOf, wordsOf } from '../src/docs-tables/declared.js';
import { withTables } from '../src/docs-tables/fill.js';
import { defaultCell } from '../src/docs-tables/markdown.js';
import { docsTables, TOP_LEVEL } from '../src/docs-tables/tables.js';
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
import { manifestOf, packageNames, sourcesOf } from './source-tree.js';

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

test('each built-in scenario has a section with what it is about, and a place for its charts', () => {
  const text = readFileSync(join(repository, 'packages/docs/lab/scenarios.md'), 'utf8');
  const sections = builtInScenarios.map(
    ({ about, name }) => `\n## ${name}\n\n${about}\n\n<!-- charts of ${name} -->\n`,
  );
  expect(text.slice(text.indexOf('\n## '))).toBe(sections.join(''));
});

describe('the documentation has each generated table as `npm run docs:tables` writes it', () => {
  test.each([...docsTables()])('%s', (name, table) => {
    const having = documents().filter(({ lines }) => lines.includes(`<!-- ${name} -->`));
    expect(having).toHaveLength(1);
    const text = having[0]?.lines.join('\n') ?? '';
    expect(text).toBe(withTables(text, new Map([[name, table]])));
    expect(text).toContain(`<!-- ${name} -->\n${table}\n<!-- /${name} -->`);
  });

  test('no option of a policy is without a table', () => {
    const inParts = [...TOP_LEVEL.values()].flat();
    const names = membersOf('PolicyOptions').map(({ name }) => name);
    expect(names.sort()).toEqual([...inParts, ...PARTS_OF_A_POLICY].sort());
  });

  test('presets and errors are all in their tables', () => {
    expect(tableNamed('presets').map(([cell = '']) => codeIn(cell).join())).toEqual(Object.keys(presets));
    const codes = tableNamed('errors').map(([cell = '']) => codeIn(cell).join());
    expect(codes.sort()).toEqual(
      wordsOf('BreakwaterErrorCode')
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('a default that editors show', () => {
  const option = { name: 'maxRetries', text: 'Retries.', isOptional: true, type: 'number' };

  test('is the default of the code', () => {
    expect(defaultCell({ ...option, defaultText: '3' }, 3)).toBe('`3`');
    expect(() => defaultCell({ ...option, defaultText: '4' }, 3)).toThrow('@default of maxRetries is 4, but it is 3');
    expect(() => defaultCell({ ...option, defaultText: undefined }, 3)).toThrow('maxRetries has no @default');
    expect(() => defaultCell({ ...option, defaultText: '3' }, undefined)).toThrow(
      '@default of maxRetries is 3, but it is undefined',
    );
  });

  test('is described in words if it is made for each policy', () => {
    expect(defaultCell({ ...option, defaultText: 'a random UUID' }, undefined)).toBe('a random UUID');
  });
});

test("the core's README names nothing that is not exported", () => {
  const core = readmes().find(({ owner }) => owner === 'core') as Readme;
  const entries = ['index.ts', 'adapter.ts', 'store.ts', 'algorithms.ts', 'logging.ts', 'testing.ts'].map(
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
  const expected = [
    'What it does',
    'Usage',
    'Defaults',
    'Events and metrics',
    'Diagram',
    'Patterns',
    'Anti-patterns',
    'When not to use it',
  ];
  expect(found.map(({ text }) => text).filter((text) => expected.includes(text))).toEqual(expected);
});

test('the page of the architecture names files that exist', () => {
  const page = pages().find(({ path }) => path === 'packages/docs/architecture.md') as Readme;
  const named = [...new Set(page.lines.flatMap(codeIn).filter((name) => /^[\w/-]+\/[\w-]+\.ts$/.test(name)))];
  const isThere = (name: string) =>
    existsSync(join(repository, name)) ||
    packageNames().some((owner) => existsSync(join(repository, 'packages', owner, 'src', name)));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !isThere(name))).toEqual([]);
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
