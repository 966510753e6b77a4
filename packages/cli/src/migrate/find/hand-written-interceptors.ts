import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { clientOf, type ImportedClient } from './client-resolution.js';
import { keyOf, withoutWrapping } from './library-value.js';

/** A response interceptor that sends the failed request again. */
export interface HandWrittenInterceptor {
  readonly call: t.CallExpression;
  /** The text that names the instance. */
  readonly instance: string;
  /** `renewal`: it sends the request again after a 401, with a new token. */
  readonly purpose: 'retry' | 'renewal';
}

export function handWrittenInterceptorsIn(
  program: NodePath<t.Program>,
  imported: ImportedClient,
  text: string,
): HandWrittenInterceptor[] {
  const found: HandWrittenInterceptor[] = [];
  program.traverse({
    CallExpression(path) {
      const instance = instanceOfInterceptor(path);
      if (instance === undefined) return;
      const [, rejected] = path.get('arguments');
      const handler = rejected && functionOf(rejected);
      if (!handler || !sendsAgain(handler, instance, imported, text)) return;
      const source = text.slice(handler.node.start ?? 0, handler.node.end ?? 0);
      const purpose = /\b401\b|unauthori[sz]ed|refresh_?token/i.test(source) ? 'renewal' : 'retry';
      found.push({ call: path.node, instance: textOf(instance, text), purpose });
    },
  });
  return found;
}

/** Returns `x` in `x.interceptors.response.use(…)`. */
function instanceOfInterceptor(path: NodePath<t.CallExpression>): NodePath<t.Node> | undefined {
  let current = path.get('callee') as NodePath<t.Node>;
  for (const name of ['use', 'response', 'interceptors']) {
    if (!current.isMemberExpression() || keyOf(current.node) !== name) return undefined;
    current = withoutWrapping(current.get('object')) as NodePath<t.Node>;
  }
  return current;
}

/** Returns a function that is written here, or elsewhere in the file under this name. */
function functionOf(path: NodePath<t.Node>): NodePath<t.Function> | undefined {
  const bare = withoutWrapping(path);
  if (bare.isFunction()) return bare;
  if (bare.isCallExpression()) {
    // A factory, `retryHandler(instance)`, or `handler.bind(this)`.
    const callee = bare.get('callee');
    return functionOf(callee.isMemberExpression() ? callee.get('object') : callee);
  }
  if (bare.isMemberExpression() && bare.get('object').isThisExpression()) return methodOf(bare);
  if (!bare.isIdentifier()) return undefined;
  const definition = bare.scope.getBinding(bare.node.name)?.path;
  const value = definition?.isVariableDeclarator() ? definition.get('init') : definition;
  return value?.isFunction() ? value : undefined;
}

function methodOf(member: NodePath<t.MemberExpression>): NodePath<t.Function> | undefined {
  const home = member.findParent((parent) => parent.isClass());
  const name = keyOf(member.node);
  let found: NodePath<t.Function> | undefined;
  home?.traverse({
    ClassMethod(method) {
      if (keyOf(method.node) === name) found = method;
    },
    ClassProperty(property) {
      const value = property.get('value');
      if (keyOf(property.node) === name && value.isFunction()) found = value as NodePath<t.Function>;
    },
  });
  return found;
}

/** Tells if a function calls the instance with the config of the error. */
function sendsAgain(
  handler: NodePath<t.Function>,
  instance: NodePath<t.Node>,
  imported: ImportedClient,
  text: string,
): boolean {
  let found = false;
  handler.traverse({
    CallExpression(call) {
      const callee = call.get('callee');
      const target = callee.isMemberExpression() && keyOf(callee.node) === 'request' ? callee.get('object') : callee;
      const isClient =
        textOf(target as NodePath<t.Node>, text) === textOf(instance, text) ||
        clientOf(target as NodePath<t.Node>, imported)?.kind === 'axios';
      const [config] = call.get('arguments');
      if (isClient && config !== undefined && isConfigOfError(config)) found = true;
    },
  });
  return found;
}

/** Tells if this is `error.config`, a name for it, or a copy of it. */
function isConfigOfError(path: NodePath<t.Node>, depth = 0): boolean {
  const bare = withoutWrapping(path);
  if (depth > 5) return false;
  if (bare.isMemberExpression() || bare.isOptionalMemberExpression()) return keyOf(bare.node) === 'config';
  if (bare.isLogicalExpression()) return isConfigOfError(bare.get('left'), depth + 1);
  if (bare.isObjectExpression()) {
    return bare
      .get('properties')
      .some((entry) => entry.isSpreadElement() && isConfigOfError(entry.get('argument'), depth + 1));
  }
  if (!bare.isIdentifier()) return false;
  const definition = bare.scope.getBinding(bare.node.name)?.path;
  if (!definition?.isVariableDeclarator())
    return bare.node.name === 'config' && definition?.isFunction() !== true && isPattern(definition);
  const { id } = definition.node;
  if (id.type === 'ObjectPattern') {
    return id.properties.some(
      (entry) =>
        entry.type === 'ObjectProperty' &&
        keyOf(entry) === 'config' &&
        entry.value.type === 'Identifier' &&
        entry.value.name === bare.node.name,
    );
  }
  return isConfigOfError(definition.get('init') as NodePath<t.Node>, depth + 1);
}

/** Tells if this is a pattern: `({ config }) => …`. */
function isPattern(definition: NodePath | undefined): boolean {
  return definition?.isObjectPattern() === true;
}

function textOf(path: NodePath<t.Node>, text: string): string {
  return text.slice(path.node.start ?? 0, path.node.end ?? 0);
}
