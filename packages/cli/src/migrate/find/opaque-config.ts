import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { clientOf } from './client-resolution.js';
import { keyOf, withoutWrapping } from './library-value.js';

/**
 * Tells if the config with which an instance is created can have keys that this file does not show: it is a parameter,
 * an import, the result of a call, or has one of these spread into it.
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

/** Tells if keys that this file does not show are written into the `defaults` of an instance. */
export function hasOpaqueDefaults(identity: string, anywhere: NodePath): boolean {
  let isOpaque = false;
  const areDefaults = (path: NodePath<t.Node | null | undefined>): boolean => {
    const bare = withoutWrapping(path);
    if (!bare.isMemberExpression() || keyOf(bare.node) !== 'defaults') return false;
    return clientOf(bare.get('object'), () => undefined)?.identity === identity;
  };
  const hides = (source: NodePath<t.Node>): boolean => {
    if (areDefaults(source)) return false;
    if (!source.isObjectExpression()) return hidesKeys(source, 0);
    // `api.defaults = { ...api.defaults, timeout: 5 }`
    return source
      .get('properties')
      .some((property) =>
        property.isSpreadElement()
          ? hides(property.get('argument'))
          : keyOf(property.node as t.ObjectMember) === undefined,
      );
  };
  anywhere.scope.getProgramParent().path.traverse({
    AssignmentExpression(path) {
      const left = path.get('left');
      if (areDefaults(left as NodePath<t.Node>)) isOpaque ||= hides(path.get('right'));
      else if (left.isMemberExpression() && areDefaults(left.get('object')))
        isOpaque ||= keyOf(left.node) === undefined;
    },
    CallExpression(path) {
      const [target, ...sources] = path.get('arguments');
      if (target === undefined || !areDefaults(target) || !MERGES.has(nameOfCallee(path.node.callee) ?? '')) return;
      isOpaque ||= sources.some(hides);
    },
  });
  return isOpaque;
}

/** Functions that copy properties into their first argument: `Object.assign`, and those of lodash. */
const MERGES: ReadonlySet<string> = new Set(['assign', 'assignIn', 'defaults', 'defaultsDeep', 'extend', 'merge']);

function nameOfCallee(callee: t.Node): string | undefined {
  return callee.type === 'Identifier' ? callee.name : keyOf(callee as t.MemberExpression);
}

/** Deeper than real code: a constant that is spread into itself is circular. */
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

/** Tells if a config is written to: `config.raxConfig = options`, or `Object.assign(config, more)`. */
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
