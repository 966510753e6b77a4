import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageNames } from './source-tree.js';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** A README, or a page of the documentation. */
export interface Readme {
  /** Relative to the repository. */
  readonly path: string;
  /** The package whose dependencies its examples have. */
  readonly owner: string;
  readonly lines: readonly string[];
}

/** A fenced block of code. */
export interface CodeBlock {
  readonly readme: Readme;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Reason for not running it; undefined if it is run. */
  readonly noRun: string | undefined;
  /**
   * The code in its own lines of the README, what the reader is taken to have in the lines before; all others empty.
   */
  readonly source: string;
}

/** The repository's own README, and those of the packages that it links to. */
export function readmes(): Readme[] {
  const root = readmeAt('README.md', 'lab');
  const links = localLinks(root);
  const owners = packageNames().filter((owner) => links.includes(`packages/${owner}/README.md`));
  return [root, ...owners.map((owner) => readmeAt(`packages/${owner}/README.md`, owner))];
}

/** The pages of `packages/docs` that are kept in git. Their examples have the dependencies of the lab. */
export function pages(): Readme[] {
  return readdirSync(join(repository, 'packages/docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.md') && !/(^|\/)(node_modules|dist|\.site|\.vitepress|api)\//.test(file))
    .sort()
    .map((file) => readmeAt(`packages/docs/${file}`, 'lab'));
}

/** All that the documentation is made of. */
export function documents(): Readme[] {
  return [...readmes(), ...pages()];
}

function readmeAt(path: string, owner: string): Readme {
  return { path, owner, lines: readFileSync(join(repository, path), 'utf8').split('\n') };
}

const FENCE = /^```(\S*)(?: no-run: (.+))?$/;
const PREAMBLE = '<!-- example:';

/**
 * The blocks of a README in their order. A comment `<!-- example: … -->` right before a block declares what its reader
 * has.
 */
export function codeBlocks(readme: Readme): CodeBlock[] {
  const { lines } = readme;
  const blocks: CodeBlock[] = [];
  for (let open = nextFence(lines, 0); open >= 0; ) {
    const close = nextFence(lines, open + 1);
    if (close < 0) throw new Error(`${readme.path}:${open + 1}: the block is never closed`);
    const [, language = '', noRun] = FENCE.exec(lines[open] ?? '') ?? [];
    const source = lines.map((text, at) => (at > open && at < close ? text : '')).slice(0, close);
    blocks.push({ readme, line: open + 1, language, noRun, source: withPreamble(lines, open, source).join('\n') });
    open = nextFence(lines, close + 1);
  }
  return blocks;
}

function nextFence(lines: readonly string[], from: number): number {
  return lines.findIndex((text, at) => at >= from && text.startsWith('```'));
}

function withPreamble(lines: readonly string[], open: number, source: string[]): string[] {
  let end = open - 1;
  while (lines[end] === '') end -= 1;
  if (!lines[end]?.endsWith('-->')) return source;
  let start = end;
  while (start >= 0 && !lines[start]?.startsWith('<!--')) start -= 1;
  if (!lines[start]?.startsWith(PREAMBLE)) return source;
  for (let at = start; at <= end; at += 1) {
    source[at] = (lines[at] ?? '').replace(PREAMBLE, '').replace(/-->$/, '');
  }
  return source;
}

/** The cells of the table of that name in whichever document has it. @throws Error if none or several have it */
export function tableNamed(name: string): string[][] {
  const having = documents().filter(({ lines }) => lines.includes(`<!-- ${name} -->`));
  const [document] = having;
  if (document === undefined || having.length > 1) throw new Error(`${having.length} documents have a table ${name}`);
  return tableIn(document, name);
}

/** The cells of the table between `<!-- name -->` and `<!-- /name -->`, row by row, without its head. */
export function tableIn({ lines, path }: Readme, name: string): string[][] {
  const start = lines.indexOf(`<!-- ${name} -->`);
  const end = lines.indexOf(`<!-- /${name} -->`);
  if (start < 0 || end < start) throw new Error(`${path} has no table ${name}`);
  const rows = lines.slice(start + 1, end).filter((text) => text.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns the code in a cell or a heading. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly line: number;
}

export function headings({ lines }: Readme): Heading[] {
  let inBlock = false;
  return lines.flatMap((text, at) => {
    if (text.startsWith('```')) inBlock = !inBlock;
    const [, hashes = '', title = ''] = (!inBlock && /^(#+) (.+)$/.exec(text)) || [];
    return hashes === '' ? [] : [{ level: hashes.length, text: title, line: at + 1 }];
  });
}

/** The targets of the links in a README that lead to a file of the repository or a heading. */
export function localLinks({ lines }: Readme): string[] {
  return lines
    .flatMap((text) => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target))
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
