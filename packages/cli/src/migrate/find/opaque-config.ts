import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { keyOf, withoutWrapping } from './library-value.js';

/**
 * Tells whether the config that an instance is created with can have keys that this file does not show: it is a
 * parameter, an import, the result of a call, or one of these is spread into it.
 */
export function hasOpaqueConfig(creation: t.CallExpression, anywhere: NodePath): boolean {
  let isOpaque = false;
  anywhere.scope.getProgramParent().path.traverse({
    CallExpression(path) {
      if (path.node !== creation) return;
      const [config] = path.get('arguments');
      isOpaque = config !== undefined && hidesKeys(config, 0);
      path.stop();
    },
  });
  return isOpaque;
}

/** Deeper than code goes; a constant that is spread into itself goes in a circle. */
const MAX_DEPTH = 8;

function hidesKeys(path: NodePath<t.Node | null | undefined>, depth: number): boolean {
  if (depth > MAX_DEPTH) return true;
  const bare = withoutWrapping(path);
  if (bare.isConditionalExpression()) {
    return hidesKeys(bare.get('consequent'), depth + 1) || hidesKeys(bare.get('alternate'), depth + 1);
  }
  if (bare.isLogicalExpression({ operator: '&&' })) return hidesKeys(bare.get('right'), depth + 1);
  if (bare.isIdentifier()) {
    if (bare.node.name === 'undefined') return false;
    const binding = bare.scope.getBinding(bare.node.name);
    if (!binding?.constant || !binding.path.isVariableDeclarator() || binding.path.node.id.type !== 'Identifier')
      return true;
    return isWrittenTo(binding.referencePaths) || hidesKeys(binding.path.get('init'), depth + 1);
  }
  if (!bare.isObjectExpression()) return !bare.isNullLiteral() && !bare.isBooleanLiteral();
  return bare.get('properties').some((property) => {
    if (property.isSpreadElement()) return hidesKeys(property.get('argument'), depth + 1);
    return keyOf(property.node as t.ObjectMember) === undefined;
  });
}

/** `config.raxConfig = options`, or `Object.assign(config, more)`. */
function isWrittenTo(references: readonly NodePath[]): boolean {
  return references.some((reference) => {
    const parent = reference.parentPath;
    if (parent?.isMemberExpression({ object: reference.node as t.Expression })) {
      return parent.parentPath.isAssignmentExpression({ left: parent.node });
    }
    const isArgument = parent?.isCallExpression() === true && parent.node.arguments[0] === reference.node;
    return isArgument && keyOf(parent.node.callee as t.MemberExpression) === 'assign';
  });
}
