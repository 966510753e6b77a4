import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { clientOf } from '../find/client-resolution.js';
import { libraryValueOf, withoutWrapping } from '../find/library-value.js';

/** Returns the literal, also through a type assertion or a constant that is used only here. */
export function literalOf(path: NodePath<t.Node>): NodePath<t.ObjectExpression> | undefined {
  const bare = withoutWrapping(path);
  if (bare.isObjectExpression()) return bare;
  if (!bare.isIdentifier()) return undefined;
  const binding = bare.scope.getBinding(bare.node.name);
  if (!binding?.constant || binding.references !== 1 || !binding.path.isVariableDeclarator()) return undefined;
  if (binding.path.parentPath.parentPath?.isExportNamedDeclaration()) return undefined;
  const isTyped = binding.identifier.typeAnnotation != null;
  const init = binding.path.get('init');
  return !isTyped && binding.path.node.id.type === 'Identifier' && init.isObjectExpression() ? init : undefined;
}

/** Tells if the library is required through a helper function of a compiler. */
export function isCompiled(call: NodePath<t.CallExpression>): boolean {
  let callee = withoutWrapping(call.get('callee'));
  while (callee.isMemberExpression()) callee = withoutWrapping(callee.get('object'));
  const binding = callee.isIdentifier() ? callee.scope.getBinding(callee.node.name) : undefined;
  const init = binding?.path.isVariableDeclarator() ? binding.path.node.init : undefined;
  return init?.type === 'CallExpression' && init.callee.type === 'Identifier' && init.callee.name !== 'require';
}

export function isStatement(call: NodePath<t.CallExpression>): boolean {
  if (call.parentPath.isExpressionStatement()) return true;
  // `forEach` ignores the value that its callback returns.
  const isBody = call.parentPath.isArrowFunctionExpression({ body: call.node });
  const outer = isBody ? call.parentPath.parentPath : undefined;
  const callee = outer?.isCallExpression() ? outer.get('callee') : undefined;
  return callee?.isMemberExpression() === true && callee.get('property').isIdentifier({ name: 'forEach' });
}

/** Tells if this is `const id = rax.attach(api)` with an unused id. */
export function isUnusedDeclaration(call: NodePath<t.CallExpression>): boolean {
  const declarator = call.parentPath;
  const declaration = declarator.parentPath;
  if (!declarator.isVariableDeclarator() || !declaration?.isVariableDeclaration()) return false;
  if (declaration.node.declarations.length > 1 || declaration.parentPath.isExportNamedDeclaration()) return false;
  const { id } = declarator.node;
  return id.type === 'Identifier' && call.scope.getBinding(id.name)?.referenced === false;
}

/** Tells if both are statements of one block, and the code between them does not touch the instance. */
export function areNeighbours(
  assignment: NodePath<t.AssignmentExpression>,
  call: NodePath<t.CallExpression>,
  instance: string,
  text: string,
): boolean {
  const one = assignment.parentPath;
  const other = call.getStatementParent();
  if (!one.isExpressionStatement() || other === null || one.parentPath !== other.parentPath) return false;
  if (typeof one.key !== 'number' || typeof other.key !== 'number' || one.listKey !== other.listKey) return false;
  const [from, to] = one.key < other.key ? [one.key, other.key] : [other.key, one.key];
  return Array.from({ length: to - from - 1 }, (_, index) => one.getSibling(from + index + 1)).every(
    (between) => !sliceOf(text, between as NodePath<t.Node>).includes(instance),
  );
}

export function sliceOf(text: string, path: NodePath<t.Node> | undefined): string {
  return text.slice(path?.node.start ?? 0, path?.node.end ?? 0);
}

export function axiosNameAt(call: NodePath<t.CallExpression>): string | undefined {
  const bindings = Object.entries(call.scope.getAllBindings());
  return bindings.find(([, { path }]) => {
    if (path.isImportDefaultSpecifier()) return (path.parent as t.ImportDeclaration).source.value === 'axios';
    return path.isVariableDeclarator() && path.node.id.type === 'Identifier' && isAxiosModule(path.get('init'));
  })?.[0];
}

function isAxiosModule(path: NodePath<t.Node | null | undefined>): boolean {
  const value = libraryValueOf(path);
  return value?.library === 'axios' && (value.name === '*' || value.name === 'default');
}

export function isSameInstance(
  one: NodePath<t.Node>,
  other: NodePath<t.Node> | undefined,
  call: NodePath<t.CallExpression>,
): boolean {
  const known = clientOf(one, () => undefined);
  if (other === undefined) return known?.identity === 'axios' && call.node.arguments.length === 0;
  if (known !== undefined && known.identity === clientOf(other, () => undefined)?.identity) return true;
  return nameOf(one) !== undefined && nameOf(one) === nameOf(other) && one.scope === other.scope;
}

function nameOf(path: NodePath<t.Node>): string | undefined {
  const bare = withoutWrapping(path);
  if (bare.isIdentifier()) return bare.node.name;
  if (bare.isThisExpression()) return 'this';
  if (!bare.isMemberExpression() || bare.node.computed) return undefined;
  const object = nameOf(bare.get('object'));
  const { property } = bare.node;
  return object !== undefined && 'name' in property ? `${object}.${String(property.name)}` : undefined;
}
