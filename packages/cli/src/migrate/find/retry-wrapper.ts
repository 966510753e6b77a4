import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { ImportedClient } from './client-resolution.js';
import { requestIn } from './http-call.js';
import { keyOf, libraryValueOf, moduleValueOf } from './library-value.js';

/** Returns the library, or function of the project, that repeats its argument; undefined for any other call. */
export function wrapperOf(path: NodePath<t.CallExpression> | NodePath<t.NewExpression>): string | undefined {
  const callee = path.get('callee') as NodePath<t.Node>;
  const value = libraryValueOf(callee);
  if (value?.library === 'retry-wrapper') return value.specifier;
  if (callee.isIdentifier()) return value === undefined ? ownWrapper(callee) : undefined;
  if (!callee.isMemberExpression()) return undefined;
  // `policy.execute(…)` of a cockatiel policy or `breaker.fire(…)` add nothing: the code that made them is found
  // itself.
  const owner = libraryValueOf(callee.get('object'));
  return owner?.library === 'retry-wrapper' ? owner.specifier : (cockatielOwner(callee) ?? ownWrapper(callee));
}

/**
 * Returns a function of the project whose name says that it repeats: `withRetry(…)`, `this.retry(…)`,
 * `utils.retryOnce(…)`.
 */
function ownWrapper(callee: NodePath<t.Identifier> | NodePath<t.MemberExpression>): string | undefined {
  const own = callee.isIdentifier() ? callee.node.name : keyOf(callee.node as t.MemberExpression);
  // `import { retry as again }`
  const names = [own, moduleValueOf(callee)?.name];
  return names.some((name) => name !== undefined && REPEATING.test(name)) ? `\`${own}\`` : undefined;
}

/** Names for repeating, as a whole part of a name in camel or snake case. */
const REPEATING =
  /(?:^|[a-z_$])(?:Retry|Retries|Retrying|Retryable)(?![a-z])|^_*(?:retry|retries|retrying|retryable)(?![a-z])/;

/** Returns the policy in `retry(handleAll, …).execute(…)`, even if it has a name. */
function cockatielOwner(callee: NodePath<t.MemberExpression>): string | undefined {
  const object = callee.get('object');
  const binding = object.isIdentifier() ? object.scope.getBinding(object.node.name) : undefined;
  const maker = binding?.path.isVariableDeclarator() ? binding.path.get('init') : object;
  if (!maker.isCallExpression()) return undefined;
  const value = libraryValueOf(maker.get('callee'));
  return value?.specifier === 'cockatiel' ? value.specifier : undefined;
}

/** Tells if the argument of a wrapper sends a request: a function here, or one of the file by its name. */
export function wrapsRequest(
  path: NodePath<t.CallExpression> | NodePath<t.NewExpression>,
  imported: ImportedClient,
): boolean {
  return (path.get('arguments') as NodePath<t.Node>[]).some((argument) => {
    const value = argument.isFunction() ? argument : functionOf(argument);
    return value !== undefined && sends(value, imported);
  });
}

/** Tells if a function sends a request, directly or through a function of the file. */
function sends(path: NodePath<t.Function>, imported: ImportedClient): boolean {
  if (requestIn(path, imported, 'into-functions') !== undefined) return true;
  let found = false;
  path.traverse({
    CallExpression(call) {
      const value = functionOf(call.get('callee'));
      if (value !== undefined && requestIn(value, imported, 'into-functions') !== undefined) found = true;
    },
  });
  return found;
}

/** Returns the function of this file that an expression stands for: `load`, `this.load`, `this.load.bind(this)`. */
function functionOf(path: NodePath<t.Node>): NodePath<t.Function> | undefined {
  if (path.isIdentifier()) {
    const definition = path.scope.getBinding(path.node.name)?.path;
    const value = definition?.isVariableDeclarator() ? definition.get('init') : definition;
    return value?.isFunction() ? (value as NodePath<t.Function>) : undefined;
  }
  if (path.isCallExpression()) {
    const callee = path.get('callee');
    return callee.isMemberExpression() && keyOf(callee.node) === 'bind' ? functionOf(callee.get('object')) : undefined;
  }
  if (!path.isMemberExpression() || !path.get('object').isThisExpression()) return undefined;
  const name = keyOf(path.node);
  const body = path.findParent((parent) => parent.isClassBody() || parent.isObjectExpression());
  const members = (body?.get(body.isClassBody() ? 'body' : 'properties') ?? []) as NodePath<t.Node>[];
  const member = members.find(({ node }) => 'key' in node && keyOf(node as t.ObjectMember) === name);
  const value = member?.isFunction() ? member : (member?.get('value') as NodePath<t.Node> | undefined);
  return value?.isFunction() ? (value as NodePath<t.Function>) : undefined;
}
