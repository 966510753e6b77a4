import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from '@jest/globals';
import { documents, repository } from './readme-text.js';
import { packageNames } from './source-tree.js';

const MAX_WIDTH = 120;
/** Links and directives cannot be broken into lines. */
const UNBREAKABLE = /https?:\/\/|biome-ignore|<reference /;
/** A doc comment begins with a verb in the third person or with a noun. */
const FORBIDDEN_BEGINNING = /^(What|Whether|How|Where|Who|When|Like)\b/;
/** No line of a comment begins so either: the sentence has its subject elsewhere. */
const FORBIDDEN_LINE = /^(What|How|Who)\b/;
/** Words in place of which a comment names the caller, the listener, the user or the server. */
const FORBIDDEN_WORD = /\b(?:nobody|somebody|anybody|everybody|whoever)\b|\blets? go of\b/i;
/** Semicolons of one sentence. More than these are a list. */
const MAX_SEMICOLONS = 2;

/** Returns `<line>: <rule>` for each comment line that breaks a rule. */
function brokenRules(text: string): string[] {
  const broken: string[] = [];
  let isBeginning = false;
  for (const [index, line] of text.split('\n').entries()) {
    const [, mark = '', words = ''] = /^\s*(\/\*\*|\*|\/\/|--)(?: (.*))?$/.exec(line) ?? [];
    if (mark === '') continue;
    if (mark === '/**') isBeginning = true;
    if (line.length > MAX_WIDTH && !UNBREAKABLE.test(line))
      broken.push(`${index + 1}: wider than ${MAX_WIDTH} columns`);
    const beginning = isBeginning ? FORBIDDEN_BEGINNING : FORBIDDEN_LINE;
    const word = FORBIDDEN_WORD.exec(words) ?? beginning.exec(words);
    if (word !== null) broken.push(`${index + 1}: ${word[0]}`);
    if (words !== '') isBeginning = false;
  }
  return broken;
}

/** Returns the sentences of a Markdown text that have too many semicolons. Code and tables do not count. */
function chains(markdown: string): string[] {
  return markdown
    .replace(/^---\n.*?\n---$/ms, '')
    .replace(/^```.*?^```/gms, '')
    .split(/\n\s*\n/)
    .flatMap((paragraph) =>
      /^\s*[|<]/.test(paragraph) ? [] : paragraph.replace(/`[^`]*`/g, 'code').split(/[.:?!](?=\s)/),
    )
    .filter((sentence) => sentence.split(';').length - 1 > MAX_SEMICOLONS)
    .map((sentence) => sentence.trim());
}

/** Returns the source files of a package, its tests and scripts included. */
function sourceFiles(owner: string): string[] {
  const directory = join(repository, 'packages', owner);
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$|coverage$)/.test(entry.name))
    .flatMap((entry) =>
      readdirSync(join(directory, entry.name), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(entry.name, file),
      ),
    )
    .filter(
      (file) => /\.(ts|mts|cts|js|mjs|cjs|lua)$/.test(file) && !/(^|[/\\])(node_modules|dist|api)[/\\]/.test(file),
    )
    .map((file) => `${owner}/${file.split(sep).join('/')}`);
}

test('comments fit into 120 columns, and begin with a verb or a noun', () => {
  const files = packageNames().flatMap(sourceFiles);
  expect(files.length).toBeGreaterThan(1_000);
  const broken = files.flatMap((file) =>
    brokenRules(readFileSync(join(repository, 'packages', file), 'utf8')).map((rule) => `${file}:${rule}`),
  );
  expect(broken).toEqual([]);
});

test('no sentence of the documentation or of a changeset is a chain of semicolons', () => {
  const changesets = readdirSync(join(repository, '.changeset'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => ({ path: file, text: readFileSync(join(repository, '.changeset', file), 'utf8') }));
  const pages = documents().map(({ path, lines }) => ({ path, text: lines.join('\n') }));
  const found = [...changesets, ...pages].flatMap(({ path, text }) =>
    chains(text).map((sentence) => `${path}: ${sentence}`),
  );
  expect(found).toEqual([]);
});

test('each rule about comments is found broken', () => {
  const wide = `// ${'x'.repeat(118)}`;
  expect(brokenRules(`${wide}\n// see https://example.com/${'x'.repeat(118)}`)).toEqual(['1: wider than 120 columns']);
  expect(brokenRules('/** What it does. */')).toEqual(['1: What']);
  expect(brokenRules('/**\n * How it does it.\n * What it does.\n */')).toEqual(['2: How', '3: What']);
  expect(brokenRules('// Calls that somebody makes\n/** Returns nobody. */')).toEqual(['1: somebody', '2: nobody']);
  expect(brokenRules('// What it does.\n// When it ends.')).toEqual(['1: What']);
  expect(brokenRules('-- How it does it.\n-- Whoever calls.')).toEqual(['1: How', '2: Whoever']);
  expect(brokenRules("const title = 'nobody';")).toEqual([]);
});

test('a chain of semicolons is found in prose, and not in code, tables or lists', () => {
  expect(chains('---\na: b;;;\n---\n\nOne; two; three; four.')).toEqual(['One; two; three; four.']);
  expect(chains('```ts\na; b; c; d;\n```\n\n| a; b; c; d |\n|---|\n\nOne `;;;;`; two. Three; four; five.')).toEqual([]);
});
