import type { Binding, NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Library } from '../find/libraries.js';
import { keyOf, libraryValueOf } from '../find/library-value.js';
import { isInside } from '../translate/translation.js';

/** A rewritten part of the text. Its old references no longer count. */
export interface Rewritten {
  readonly start?: number | null | undefined;
  readonly end?: number | null | undefined;
}

/** A statement that imports a library, with the names that it declares. */
export interface ImportStatement {
  readonly path: NodePath<t.ImportDeclaration | t.TSImportEqualsDeclaration | t.VariableDeclarator>;
  readonly literal: t.StringLiteral;
  readonly bindings: readonly Binding[];
}

/** Returns the statements that import a library; without one, all that import anything. */
export function* statementsOf(program: NodePath<t.Program>, library: Library | undefined): Generator<ImportStatement> {
  const found: ImportStatement[] = [];
  const take = (
    path: ImportStatement['path'],
    literal: t.StringLiteral | undefined,
    names: readonly string[],
  ): void => {
    if (literal === undefined || names.length === 0) return;
    const bindings = names.flatMap((name) => path.scope.getBinding(name) ?? []);
    const isOfLibrary =
      library === undefined ||
      bindings.every((binding) => libraryValueOf(identifierPath(binding))?.library === library);
    if (isOfLibrary && bindings.length === names.length) found.push({ path, literal, bindings });
  };
  program.traverse({
    ImportDeclaration(path) {
      take(
        path,
        path.node.source,
        path.node.specifiers.map((specifier) => specifier.local.name),
      );
    },
    TSImportEqualsDeclaration(path) {
      const { moduleReference, id } = path.node;
      if (moduleReference.type === 'TSExternalModuleReference') take(path, moduleReference.expression, [id.name]);
    },
    VariableDeclarator(path) {
      take(path, moduleLiteral(path.node.init), namesIn(path.node.id as t.Node));
    },
  });
  yield* found;
}

/** Returns a reference by which `libraryValueOf` can follow a binding. */
function identifierPath(binding: Binding): NodePath<t.Node> {
  return binding.referencePaths[0] ?? (binding.path.get('local') as NodePath<t.Node>);
}

/** Returns `'x'` in `require('x')`, `require('x').default`, `await import('x')`. */
function moduleLiteral(init: t.Node | null | undefined): t.StringLiteral | undefined {
  if (init?.type === 'MemberExpression') return keyOf(init) === 'default' ? moduleLiteral(init.object) : undefined;
  if (init?.type === 'AwaitExpression') return moduleLiteral(init.argument);
  if (init?.type !== 'CallExpression') return undefined;
  const [argument] = init.arguments;
  const isRequire = init.callee.type === 'Identifier' && init.callee.name === 'require';
  return (isRequire || init.callee.type === 'Import') && argument?.type === 'StringLiteral' ? argument : undefined;
}

function namesIn(pattern: t.Node): string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) =>
    property.type === 'ObjectProperty' && property.value.type === 'Identifier' ? [property.value.name] : ['…'],
  );
}

/** Returns the names to which only rewritten code referred. */
export function uselessNames(
  { bindings, path }: ImportStatement,
  program: NodePath<t.Program>,
  rewritten: readonly Rewritten[],
): Set<string> {
  const useless = new Set<string>();
  for (const binding of bindings) {
    const references = referencesOf(binding, program).filter((reference) => !isInside(reference, path.node));
    const isRewritten = (reference: t.Node) => rewritten.some((stretch) => isInside(reference, stretch));
    if (references.some(isRewritten) && references.every(isRewritten)) useless.add(binding.identifier.name);
  }
  return useless;
}

/** Returns every mention of a binding, including those in types, which the scope does not count as references. */
function referencesOf(binding: Binding, program: NodePath<t.Program>): t.Node[] {
  const references: t.Node[] = [];
  program.traverse({
    Identifier(path) {
      const { node, parent } = path;
      if (node.name !== binding.identifier.name || isMereName(node, parent)) return;
      if (path.scope.getBinding(node.name) === binding) references.push(node);
    },
  });
  return references;
}

function isMereName(node: t.Identifier, parent: t.Node): boolean {
  if (parent.type === 'MemberExpression' || parent.type === 'OptionalMemberExpression') {
    return parent.property === node && !parent.computed;
  }
  return parent.type === 'ObjectProperty' && parent.key === node && !parent.computed && !parent.shorthand;
}

export function hasComment({ path }: ImportStatement, program: NodePath<t.Program>): boolean {
  const { comments } = program.parent as t.File;
  return comments?.some((comment) => isInside(comment, path.node)) ?? false;
}
