import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { COUNTER } from './attempt-counter.js';
import type { ImportedClient } from './client-resolution.js';
import { requestIn } from './http-call.js';

/** Finds a call of the function to itself after a request in it has failed. */
export function recursionIn(path: NodePath<t.Function>, imported: ImportedClient): t.Node | undefined {
  const name = nameOf(path);
  if (name === undefined || requestIn(path, imported, 'into-functions') === undefined) return undefined;
  let found: t.Node | undefined;
  path.traverse({
    CallExpression(call) {
      const isItself = calledName(call.node) === name;
      if (isItself && isInFailure(call, path) && countsDown(call.node)) found ??= call.node;
    },
  });
  return found;
}

function nameOf(path: NodePath<t.Function>): string | undefined {
  const { node, parent } = path;
  if ('id' in node && node.id) return node.id.name;
  if ((node.type === 'ClassMethod' || node.type === 'ObjectMethod') && node.key.type === 'Identifier')
    return node.key.name;
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
  return parent.type === 'ClassProperty' && parent.key.type === 'Identifier' ? parent.key.name : undefined;
}

function calledName({ callee }: t.CallExpression): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  const isOwn = callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression';
  return isOwn && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

/** Tells if the call is in a `catch` block, in the argument of `.catch()` or in the second one of `.then()`. */
function isInFailure(call: NodePath<t.CallExpression>, end: NodePath): boolean {
  for (let path: NodePath | null = call; path !== null && path !== end; path = path.parentPath) {
    if (path.isCatchClause()) return true;
    const { parent } = path;
    if (!path.isFunction() || parent.type !== 'CallExpression' || parent.callee.type !== 'MemberExpression') continue;
    const { property } = parent.callee;
    const method = property.type === 'Identifier' ? property.name : undefined;
    if (method === 'catch' || (method === 'then' && parent.arguments[1] === path.node)) return true;
  }
  return false;
}

/**
 * Tells if the arguments count: `load(url, retries - 1)`, `load(url, attempt + 1)`, `load({ attempt: attempt + 1 })`.
 */
function countsDown({ arguments: given }: t.CallExpression): boolean {
  const values = given.flatMap((argument): t.Node[] =>
    argument.type === 'ObjectExpression'
      ? argument.properties.flatMap((property) => (property.type === 'ObjectProperty' ? [property.value] : []))
      : [argument],
  );
  return values.some(
    (value) =>
      value.type === 'UpdateExpression' ||
      (value.type === 'BinaryExpression' && ['+', '-'].includes(value.operator)) ||
      (value.type === 'Identifier' && COUNTER.test(value.name)),
  );
}
