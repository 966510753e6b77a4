import type * as t from '@babel/types';
import { endOf, nextCode, type SourceEdits, startOf, textOf } from './source-edits.js';

/** Change of one property of an object literal. */
export type PropertyEdit =
  | { readonly kind: 'rename'; readonly to: string }
  | { readonly kind: 'replace'; readonly by: readonly string[] }
  | { readonly kind: 'drop' };

/** Changes of the properties of an object literal, and additions at its end. */
export interface ObjectEdit {
  readonly properties: ReadonlyMap<t.ObjectProperty, PropertyEdit>;
  readonly added: readonly string[];
}

/** Calls {@link editObject} and then {@link wrap}. */
export function editAndWrap(
  edits: SourceEdits,
  object: t.ObjectExpression,
  edit: ObjectEdit,
  before: string,
  after: string,
): void {
  editObject(edits, object, edit, stepOf(edits.text, object));
  wrap(edits, object, before, after);
}

/**
 * Renames, replaces and drops properties in place. Comments stay, even those of dropped properties.
 *
 * @param step - extra indentation of added lines
 */
export function editObject(edits: SourceEdits, object: t.ObjectExpression, edit: ObjectEdit, step = ''): void {
  const properties = object.properties as readonly t.ObjectProperty[];
  const isDropped = (property: t.ObjectProperty) => edit.properties.get(property)?.kind === 'drop';
  for (const property of properties) {
    const change = edit.properties.get(property);
    if (change?.kind === 'replace') edits.replace(property, change.by.join(separatorIn(edits.text, object, step)));
    if (change?.kind === 'rename') rename(edits, property, change.to);
    if (change?.kind === 'drop') drop(edits, property);
  }
  const last = properties.at(-1);
  const lastKept = properties.filter((property) => !isDropped(property)).at(-1);
  if (lastKept === undefined || last === undefined) return;
  if (lastKept !== last && edit.added.length === 0 && commaAfter(edits.text, last) === undefined) {
    const comma = commaAfter(edits.text, lastKept);
    if (comma !== undefined) edits.remove(comma, comma + 1);
  }
  const separator = separatorIn(edits.text, object, step);
  add(edits, lastKept, edit.added.map((entry) => separator + entry).join(''));
}

/**
 * Inserts text before and after a node, such as `{ retry: ` and ` }`. If the node has several lines, the text around it
 * is on lines of its own, and the lines in between are indented by one more step.
 */
function wrap(edits: SourceEdits, node: t.Node, before: string, after: string): void {
  const { text } = edits;
  const inner = textOf(text, node);
  if (!inner.includes('\n')) {
    edits.insertBefore(node, `${before} `);
    edits.insertAfter(node, ` ${after}`);
    return;
  }
  const lineBreak = inner.includes('\r\n') ? '\r\n' : '\n';
  const base = indentOfLine(text, endOf(node) - 1);
  const step = stepOf(text, node);
  const [opening = '', label = ''] = splitLabel(before);
  edits.insertBefore(node, `${opening}${lineBreak}${base}${step}${label}`);
  for (let at = inner.indexOf('\n'); at >= 0; at = inner.indexOf('\n', at + 1)) {
    const isBlank = /^\r?\n/.test(inner.slice(at + 1));
    if (!isBlank) edits.indentLine(startOf(node) + at + 1, step);
  }
  const comma = /,\s*}$/.test(inner) ? ',' : '';
  edits.insertAfter(node, `${comma}${lineBreak}${base}${after}`);
}

function rename(edits: SourceEdits, property: t.ObjectProperty, to: string): void {
  if (property.shorthand) edits.insertBefore(property, `${to}: `);
  else if (property.computed) edits.replace(property, `${to}: ${textOf(edits.text, property.value)}`);
  else edits.replace(property.key, to);
}

function drop(edits: SourceEdits, property: t.ObjectProperty): void {
  const { text } = edits;
  const comma = commaAfter(text, property);
  const isOwnLine = /(^|\n)[ \t]*$/.test(text.slice(0, startOf(property)));
  const isAdjacent = comma !== undefined && text.slice(endOf(property), comma).trim() === '';
  if (isAdjacent) {
    const end = comma + 1;
    const gap = isOwnLine ? /^[ \t]+(?=\S)/ : /^[ \t]+(?=[^\s/])/;
    const beside = gap.exec(text.slice(end))?.[0].length ?? 0;
    edits.remove(startOf(property), end + beside);
    return;
  }
  const before = isOwnLine ? 0 : (/[ \t]*$/.exec(text.slice(0, startOf(property)))?.[0].length ?? 0);
  edits.remove(startOf(property) - before, endOf(property));
  if (comma !== undefined) edits.remove(comma, comma + 1);
}

function add(edits: SourceEdits, last: t.Node, addition: string): void {
  const comma = commaAfter(edits.text, last);
  if (comma === undefined) edits.insertAfter(last, addition);
  else edits.insertAt(comma, addition);
}

/** Returns the text between two added properties, by the layout of the object. */
function separatorIn(text: string, object: t.ObjectExpression, step: string): string {
  const [first] = object.properties;
  const isOnOwnLine = first !== undefined && text.slice(startOf(object), startOf(first)).includes('\n');
  if (!isOnOwnLine) return ', ';
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return `,${lineBreak}${indentOfLine(text, startOf(first))}${step}`;
}

function commaAfter(text: string, node: t.Node): number | undefined {
  const at = nextCode(text, endOf(node));
  return text[at] === ',' ? at : undefined;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function indentOfLine(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

/** Returns one step of indentation, as the lines of a node are indented relative to its end. */
function stepOf(text: string, node: t.Node): string {
  const inner = textOf(text, node);
  const base = indentOfLine(text, endOf(node) - 1);
  const first = inner.split(/\r?\n/).find((line, at) => at > 0 && line.trim() !== '') ?? '';
  const indent = /^[ \t]*/.exec(first)?.[0] ?? '';
  return indent.startsWith(base) && indent.length > base.length ? indent.slice(base.length) : '  ';
}

/** Splits a label: `{ retry:` opens with `{`, and `retry: ` goes to the next line. */
function splitLabel(before: string): [string, string] {
  const at = before.lastIndexOf('{') + 1;
  return [before.slice(0, at), `${before.slice(at).trim()} `];
}
