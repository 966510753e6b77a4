import type * as t from '@babel/types';
import MagicString from 'magic-string';

/** Changes to the text of one file. All other text stays the same, byte for byte. */
export interface SourceEdits {
  readonly text: string;
  /** Replaces a node by `text`. */
  replace(node: t.Node, text: string): void;
  replaceRange(start: number, end: number, text: string): void;
  insertBefore(node: t.Node, text: string): void;
  insertAfter(node: t.Node, text: string): void;
  insertAt(offset: number, text: string): void;
  /** Indents the line that begins at the offset, unless it has been removed or replaced. */
  indentLine(offset: number, indent: string): void;
  /** Removes a range, and its line if nothing else is left on it. */
  remove(start: number, end: number): void;
  result(): string;
}

export function sourceEdits(text: string): SourceEdits {
  const magic = new MagicString(text);
  const removed: [from: number, to: number][] = [];
  const replaceRange = (start: number, end: number, replacement: string): void => {
    removed.push([start + 1, end]);
    magic.update(start, end, replacement);
  };
  return {
    text,
    replace: (node, replacement) => replaceRange(startOf(node), endOf(node), replacement),
    replaceRange,
    insertBefore: (node, insertion) => void magic.appendLeft(startOf(node), insertion),
    insertAfter: (node, insertion) => void magic.appendRight(endOf(node), insertion),
    insertAt: (offset, insertion) => void magic.appendLeft(offset, insertion),
    remove(start, end) {
      const [from, to] = wholeLine(text, start, end) ?? [start, end];
      if (to <= from) return;
      removed.push([from, to]);
      magic.remove(from, to);
    },
    indentLine(offset, indent) {
      if (!removed.some(([from, to]) => from <= offset && offset < to)) magic.appendLeft(offset, indent);
    },
    result: () => magic.toString(),
  };
}

export function startOf(node: t.Node): number {
  if (typeof node.start !== 'number') throw new TypeError(`a ${node.type} that is not in the file`);
  return node.start;
}

export function endOf(node: t.Node): number {
  if (typeof node.end !== 'number') throw new TypeError(`a ${node.type} that is not in the file`);
  return node.end;
}

/** Returns the text of a node. */
export function textOf(text: string, node: t.Node): string {
  return text.slice(startOf(node), endOf(node));
}

/** Returns the offset of the next character that is neither white space nor part of a comment. */
export function nextCode(text: string, from: number): number {
  let at = from;
  for (;;) {
    const rest = text.slice(at, at + 2);
    if (/^\s/.test(rest)) at += 1;
    else if (rest === '//') at = endOfLine(text, at);
    else if (rest === '/*') at = text.indexOf('*/', at + 2) + 2;
    else return at;
  }
}

/** Extends a range by its line break if only white space is beside it. */
function wholeLine(text: string, start: number, end: number): [number, number] | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = endOfLine(text, end);
  if (text.slice(lineStart, start).trim() !== '' || text.slice(end, lineEnd).trim() !== '') return undefined;
  return [lineStart, Math.min(text.length, lineEnd + 1)];
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
