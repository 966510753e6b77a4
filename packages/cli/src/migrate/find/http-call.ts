import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Client, clientOf, type ImportedClient } from './client-resolution.js';
import { keyOf } from './library-value.js';

const METHODS = new Set([
  'request',
  'get',
  'head',
  'options',
  'post',
  'put',
  'patch',
  'delete',
  'postForm',
  'putForm',
  'patchForm',
  'stream',
  'paginate',
]);

export function isRequestMethod(name: string | undefined): boolean {
  return name !== undefined && METHODS.has(name);
}

/**
 * Returns the client by which a call sends a request: `api(config)`, `api.get(url)`, `got(url)`, `api[method](url)`.
 * Undefined for other calls.
 */
export function requestingClient(path: NodePath<t.CallExpression>, imported: ImportedClient): Client | undefined {
  const callee = path.get('callee');
  const direct = clientOf(callee, imported);
  if (direct !== undefined) return direct;
  if (!callee.isMemberExpression() && !callee.isOptionalMemberExpression()) return undefined;
  const method = keyOf(callee.node);
  // In `got[method](url)` the method is known only at run time.
  const isOpen = method === undefined && callee.node.computed === true;
  return isOpen || (method !== undefined && METHODS.has(method))
    ? clientOf(callee.get('object') as NodePath<t.Node>, imported)
    : undefined;
}

/** Returns the first request that a piece of code sends, not counting functions that it only defines. */
export function requestIn(
  path: NodePath,
  imported: ImportedClient,
  intoFunctions: 'into-functions' | 'not-into-functions',
): NodePath<t.CallExpression> | undefined {
  let found: NodePath<t.CallExpression> | undefined;
  const look = (call: NodePath<t.CallExpression>): void => {
    if (found === undefined && requestingClient(call, imported) !== undefined) found = call;
  };
  if (path.isCallExpression()) look(path);
  path.traverse({
    CallExpression: look,
    OptionalCallExpression: (call) => look(call as unknown as NodePath<t.CallExpression>),
    Function(inner) {
      if (intoFunctions === 'not-into-functions') inner.skip();
    },
  });
  return found;
}
