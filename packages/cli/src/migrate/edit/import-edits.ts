import type { Binding, NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Library } from '../find/libraries.js';
import { libraryValueOf } from '../find/library-value.js';
import { endOf, type SourceEdits, startOf, textOf } from '../text/source-edits.js';
import { isInside } from '../translate/translation.js';
import { hasComment, type ImportStatement, type Rewritten, statementsOf, uselessNames } from './import-statements.js';

/** Imports that a file needs from a package of this library. */
export interface Need {
  readonly specifier: '@breakwater/axios' | '@breakwater/got';
  readonly name: 'attachResilience' | 'resilience';
}

/**
 * Returns the name by which a file can call what it needs, at all of these places: the name itself, unless it is taken.
 */
export function localNameOf(need: Need, places: readonly NodePath[]): string {
  const isTaken = places.some((place) => {
    const binding = place.scope.getBinding(need.name);
    return binding !== undefined && !isNeeded(binding, need);
  });
  const existing = importOf(need, places[0]);
  if (existing !== undefined) return existing;
  return isTaken ? `${need.name}OfBreakwater` : need.name;
}

/**
 * Adds the imports that are needed and removes those that are no longer used. A new one takes the place of one that has
 * become unused.
 *
 * @param provided - the names that earlier exchanges have imported; this one adds to them
 * @returns the literals of the removed imports
 */
export function exchangeImports(
  program: NodePath<t.Program>,
  edits: SourceEdits,
  library: Library,
  need: Need,
  local: string,
  rewritten: readonly Rewritten[],
  provided: Set<string>,
): Set<t.Node> {
  const gone = new Set<t.Node>();
  const clause = local === need.name ? need.name : `${need.name} as ${local}`;
  let isThere = provided.has(need.name) || importOf(need, program) !== undefined;
  const statements = [...statementsOf(program, library)];
  if (!isThere && addToExisting(program, edits, clause, need)) isThere = true;
  for (const statement of statements) {
    const useless = uselessNames(statement, program, rewritten);
    if (useless.size === 0 || hasComment(statement, program)) continue;
    if (useless.size < statement.bindings.length) {
      if (statement.path.isImportDeclaration()) prune(edits, statement.path, useless);
      continue;
    }
    gone.add(statement.literal);
    if (statement.path.isImportDeclaration() || statement.path.isTSImportEqualsDeclaration()) {
      const { node } = statement.path;
      if (isThere) edits.remove(startOf(node), endOf(node));
      else edits.replaceRange(startOf(node), endOf(node), esm(clause, need, statement, edits.text));
      isThere = true;
      continue;
    }
    const isTop = statement.path.scope.path.isProgram();
    writeRequire(edits, statement, clause.replace(' as ', ': '), need, isTop && isThere);
    if (isTop) isThere = true;
  }
  if (!isThere && needsTop(statements, gone, rewritten)) {
    insertImport(program, edits, library, clause, need);
    isThere = true;
  }
  if (isThere) provided.add(need.name);
  return gone;
}

/** Adds an import beside that of a library that stays. */
export function insertImport(
  program: NodePath<t.Program>,
  edits: SourceEdits,
  library: Library,
  clause: string,
  need: Need,
): void {
  if (addToExisting(program, edits, clause, need)) return;
  const lineBreak = edits.text.includes('\r\n') ? '\r\n' : '\n';
  const ofLibrary = [...statementsOf(program, library)].filter(({ path }) => path.scope.path.isProgram());
  const statement =
    ofLibrary[0] ?? [...statementsOf(program, undefined)].filter(({ path }) => path.scope.path.isProgram()).at(-1);
  if (statement === undefined) {
    const [first] = program.node.body;
    if (first) edits.insertBefore(first, `import { ${clause} } from '${need.specifier}';${lineBreak}`);
    return;
  }
  const anchor = statement.path.isVariableDeclarator() ? statement.path.parentPath.node : statement.path.node;
  const isCommonJs = statement.path.isVariableDeclarator();
  const quote = quoteOf(edits.text, statement.literal);
  const end = textOf(edits.text, anchor).endsWith(';') ? ';' : '';
  const line = isCommonJs
    ? `const { ${clause.replace(' as ', ': ')} } = require(${quote}${need.specifier}${quote})${end}`
    : `import { ${clause} } from ${quote}${need.specifier}${quote}${end}`;
  const indent = /[ \t]*$/.exec(edits.text.slice(0, startOf(anchor)))?.[0] ?? '';
  edits.insertAfter(anchor, `${lineBreak}${indent}${line}`);
}

/** Adds a name to an existing import from our package. */
function addToExisting(program: NodePath<t.Program>, edits: SourceEdits, clause: string, need: Need): boolean {
  const lastName = declarationOf(need, program)?.node.specifiers.at(-1);
  if (lastName?.type !== 'ImportSpecifier') return false;
  edits.insertAfter(lastName, `, ${clause}`);
  return true;
}

function prune(edits: SourceEdits, path: NodePath<t.ImportDeclaration>, useless: ReadonlySet<string>): void {
  const { node } = path;
  const kept = node.specifiers.filter((specifier) => !useless.has(specifier.local.name));
  const first = node.specifiers[0];
  if (first === undefined) return;
  const named = kept.filter((specifier) => specifier.type === 'ImportSpecifier');
  const whole = kept.filter((specifier) => specifier.type !== 'ImportSpecifier');
  const clauses = whole.map((specifier) => textOf(edits.text, specifier));
  if (named.length > 0) clauses.push(`{ ${named.map((specifier) => textOf(edits.text, specifier)).join(', ')} }`);
  const from = edits.text.lastIndexOf('from', startOf(node.source));
  const keyword = node.importKind === 'type' ? 'import type ' : 'import ';
  edits.replaceRange(startOf(node), from, `${keyword}${clauses.join(', ')} `);
}

function esm(clause: string, { specifier }: Need, { literal, path }: ImportStatement, text: string): string {
  const quote = quoteOf(text, literal);
  const end = textOf(text, path.node).endsWith(';') ? ';' : '';
  return `import { ${clause} } from ${quote}${specifier}${quote}${end}`;
}

function writeRequire(
  edits: SourceEdits,
  { path, literal }: ImportStatement,
  clause: string,
  { specifier }: Need,
  isThere: boolean,
): void {
  if (!path.isVariableDeclarator()) return;
  const declaration = path.parentPath.node as t.VariableDeclaration;
  const quote = quoteOf(edits.text, literal);
  const isDynamic = path.node.init?.type === 'AwaitExpression' || textOf(edits.text, path.node).includes('import(');
  const call = `${isDynamic ? 'await import' : 'require'}(${quote}${specifier}${quote})`;
  if (!isThere) {
    edits.replace(path.node, `{ ${clause} } = ${call}`);
    return;
  }
  if (declaration.declarations.length === 1) {
    edits.remove(startOf(declaration), endOf(declaration));
    return;
  }
  const at = declaration.declarations.indexOf(path.node);
  const next = declaration.declarations[at + 1];
  const previous = declaration.declarations[at - 1];
  if (next !== undefined) edits.remove(startOf(path.node), startOf(next));
  else if (previous !== undefined) edits.remove(endOf(previous), endOf(path.node));
}

function needsTop(
  statements: readonly ImportStatement[],
  gone: ReadonlySet<t.Node>,
  rewritten: readonly Rewritten[],
): boolean {
  const exchanged = statements.filter(({ literal }) => gone.has(literal));
  const isCovered = (stretch: Rewritten) =>
    exchanged.some(({ path }) => !path.scope.path.isProgram() && isInside(stretch, path.scope.path.node));
  return rewritten.some((stretch) => !isCovered(stretch));
}

/** Returns the name by which the file already imports what is needed. */
function importOf(need: Need, place: NodePath | undefined): string | undefined {
  const bindings = place?.scope.getAllBindings() ?? {};
  return Object.entries(bindings).find(([, binding]) => isNeeded(binding as Binding, need))?.[0];
}

function isNeeded(binding: Binding, need: Need): boolean {
  const reference = binding.referencePaths[0];
  const { path } = binding;
  if (path.isImportSpecifier() && path.parentPath.isImportDeclaration()) {
    const { imported } = path.node;
    const name = imported.type === 'Identifier' ? imported.name : imported.value;
    return name === need.name && path.parentPath.node.source.value === need.specifier;
  }
  const value = reference && path.isVariableDeclarator() ? libraryValueOf(reference) : undefined;
  return value?.specifier === need.specifier && value.name === need.name;
}

/** Returns an existing import of values from the package. */
function declarationOf({ specifier }: Need, program: NodePath<t.Program>): NodePath<t.ImportDeclaration> | undefined {
  return program
    .get('body')
    .find(
      (statement): statement is NodePath<t.ImportDeclaration> =>
        statement.isImportDeclaration() &&
        statement.node.source.value === specifier &&
        statement.node.importKind !== 'type',
    );
}

function quoteOf(text: string, literal: t.StringLiteral): string {
  return text[startOf(literal)] ?? "'";
}
