import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { ImportedClient } from './client-resolution.js';
import { isRequestMethod, requestingClient } from './http-call.js';
import { keyOf } from './library-value.js';

/**
 * Tells if a set-up runs each time that a request is sent: it is in a function that sends one, or that such a function
 * of the file calls.
 */
export function runsPerRequest(setUp: NodePath<t.CallExpression>, imported: ImportedClient): boolean {
  const outer = functionAround(setUp);
  if (outer === undefined) return false;
  if (sends(outer, setUp.node, imported)) return true;
  if (mayKeep(outer)) return false;
  return callsOf(outer).some((call) => {
    const caller = functionAround(call);
    return caller !== undefined && (isRequestOn(call) || sends(caller, setUp.node, imported));
  });
}

/**
 * Returns the function around a place. A constructor does not count: it runs once per object, which should live longer
 * than a request.
 */
function functionAround(path: NodePath): NodePath<t.Function> | undefined {
  const outer = path.findParent((parent) => parent.isFunction()) as NodePath<t.Function> | null;
  return outer === null || ('kind' in outer.node && outer.node.kind === 'constructor') ? undefined : outer;
}

/** Tells if a function may do its work only the first time: `if (client) return client`, `client ??= make()`. */
function mayKeep(path: NodePath<t.Function>): boolean {
  let found = false;
  const note = (): void => {
    found = true;
  };
  path.traverse({
    IfStatement: note,
    ConditionalExpression: note,
    LogicalExpression: note,
    AssignmentExpression({ node }) {
      if (['??=', '||=', '&&='].includes(node.operator)) note();
    },
  });
  return found;
}

function sends(path: NodePath<t.Function>, setUp: t.Node, imported: ImportedClient): boolean {
  let found = false;
  path.traverse({
    CallExpression(call) {
      if (call.node !== setUp && requestingClient(call, imported) !== undefined) found = true;
    },
  });
  return found;
}

/** Returns the calls of a function by its name, or by `this` and its name in the same class. */
function callsOf(definition: NodePath<t.Function>): NodePath<t.CallExpression>[] {
  const home = definition.findParent((path) => path.isClass()) ?? definition.scope.getProgramParent().path;
  const found: NodePath<t.CallExpression>[] = [];
  home.traverse({
    CallExpression(call) {
      const callee = call.get('callee');
      const isIt = callee.isMemberExpression()
        ? callee.get('object').isThisExpression() && keyOf(callee.node) === memberName(definition)
        : callee.isIdentifier() && isDefinition(callee.scope.getBinding(callee.node.name)?.path, definition);
      if (isIt) found.push(call);
    },
  });
  return found;
}

/** Returns the name of a class's `name() {}` or `name = () => {}`. */
function memberName({ node, parent }: NodePath<t.Function>): string | undefined {
  if (node.type === 'ClassMethod' || node.type === 'ClassPrivateMethod') return keyOf(node);
  return parent.type === 'ClassProperty' || parent.type === 'ClassPrivateProperty' ? keyOf(parent) : undefined;
}

function isDefinition(binding: NodePath | undefined, definition: NodePath<t.Function>): boolean {
  const value = binding?.isVariableDeclarator() ? binding.node.init : binding?.node;
  return value === definition.node;
}

/** Tells if this is `client().get(url)`. */
function isRequestOn(call: NodePath<t.CallExpression>): boolean {
  const member = call.parentPath;
  if (!member.isMemberExpression({ object: call.node }) || !member.parentPath.isCallExpression()) return false;
  return member.parentPath.node.callee === member.node && isRequestMethod(keyOf(member.node));
}
