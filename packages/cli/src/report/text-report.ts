import Table from 'cli-table3';
import type { Colors } from '../command-io.js';
import { wrapped } from '../wrapped.js';
import type { Block, Section, TableBlock, Term, WarningLines } from './section.js';

/** Layout of an explanation in a terminal. */
export interface Look {
  readonly colors: Colors;
  /** Characters per line. */
  readonly width: number;
}

/** Longest line, even in a wide terminal, so that lines are easy to read. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 60;

/** The explanation as lines for a terminal. */
export function textReport(heading: string, sections: readonly Section[], look: Look): string {
  const width = Math.max(MIN_WIDTH, Math.min(look.width, MAX_WIDTH));
  const fitted = { ...look, width };
  const texts = sections.map(({ title, blocks }) => {
    const isWarning = blocks.some(({ kind }) => kind === 'warnings');
    const painted = isWarning ? look.colors.yellow(title) : title;
    return [look.colors.bold(painted), ...blocks.map((block) => blockText(block, fitted))].join('\n');
  });
  return `${[look.colors.bold(heading), ...texts].join('\n\n')}\n`;
}

function blockText(block: Block, look: Look): string {
  switch (block.kind) {
    case 'text':
      return look.colors.dim(indented(wrapped(block.text, look.width - INDENT.length), INDENT));
    case 'terms':
      return termLines(block.terms, look).join('\n');
    case 'table':
      return tableText(block.table, look);
    case 'warnings':
      return block.warnings.map((warning) => warningText(warning, look)).join('\n');
  }
}

const INDENT = '  ';

function termLines(terms: readonly Term[], { colors, width }: Look): string[] {
  const longest = Math.max(...terms.map(({ term }) => term.length));
  const indent = ' '.repeat(INDENT.length + longest + 2);
  return terms.flatMap(({ term, sentences }) => {
    const [first = '', ...rest] = sentences.flatMap((text) => wrapped(text, width - indent.length));
    const label = `${INDENT}${colors.cyan(term)}${' '.repeat(longest + 2 - term.length)}`;
    return [`${label}${first}`, ...rest.map((line) => `${indent}${line}`)];
  });
}

function warningText({ id, option, problem, advice }: WarningLines, { colors, width }: Look): string {
  const indent = `${INDENT}${INDENT}`;
  const lines = [problem, advice].map((text) => indented(wrapped(text, width - indent.length), indent));
  return [`${INDENT}${colors.yellow(id)}  ${colors.dim(option)}`, ...lines].join('\n');
}

const NO_FRAME = ['top', 'bottom', 'left', 'right'].flatMap((side) => [
  side,
  ...(side === 'top' || side === 'bottom' ? ['-mid', '-left', '-right'] : ['-mid']).map((end) => `${side}${end}`),
]);

function tableText({ head, rows }: TableBlock, { colors, width }: Look): string {
  const shownHead = withoutRepetition(head);
  const columns = shownHead.map((title, index) => [...title.split('\n'), ...rows.map((row) => row[index] ?? '')]);
  const widths = fittedWidths(
    columns.map((cells) => Math.max(...cells.map((cell) => cell.length))),
    width - INDENT.length,
  );
  const table = new Table({
    // Each line by itself, because colour across lines would also cover the columns in between.
    head: shownHead.map((title) => title.split('\n').map(colors.dim).join('\n')),
    colWidths: widths.map((own) => own + PADDING),
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    rowAligns: ['bottom'],
    wordWrap: true,
    // A word longer than its column (an address) continues on the next line: if they were cut, two of them could look
    // the same.
    wrapOnWordBoundary: !rows.some(([first = '']) => first.split(' ').some((word) => word.length > (widths[0] ?? 0))),
    chars: Object.fromEntries(NO_FRAME.map((name) => [name, ''])),
    style: { head: [], border: colors.isColorSupported ? ['grey'] : [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return indented(
    table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd()),
    ' ',
  );
}

/** Groups columns with the same first line, and names each group once. */
function withoutRepetition(head: readonly string[]): string[] {
  const groups = head.map((title) => title.split('\n'));
  return groups.map(([first = '', ...rest], index) => {
    const isAgain = rest.length > 0 && groups[index - 1]?.[0] === first;
    return [isAgain ? '' : first, ...rest].join('\n');
  });
}

/** A space on each side. */
const PADDING = 2;

/** Shrinks the first column if the columns do not all fit. */
function fittedWidths(wanted: readonly number[], width: number): number[] {
  const [first = 0, ...others] = wanted;
  const taken = others.reduce((sum, own) => sum + own + PADDING + 1, PADDING);
  return [Math.min(first, Math.max(MIN_FIRST_COLUMN, width - taken)), ...others];
}

const MIN_FIRST_COLUMN = 12;

function indented(lines: readonly string[], indent: string): string {
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join('\n');
}
