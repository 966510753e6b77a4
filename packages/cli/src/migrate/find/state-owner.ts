import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { clientOf, type ImportedClient } from './client-resolution.js';
import { requestingClient } from './http-call.js';
import { keyOf, withoutWrapping } from './library-value.js';

/**
 * Returns the instances whose requests a piece of code sees, if its place shows them: in an interceptor of an instance,
 * in the handler or the `catch` of its requests. Undefined if it may see those of any instance.
 */
export function instancesSeenAt(place: NodePath, imported: ImportedClient): NodePath<t.Node>[] | undefined {
  for (let path: NodePath | null = place; path !== null; path = path.parentPath) {
    const seen = path.isFunction()
      ? seenByCallback(path, imported)
      : path.isCatchClause() && seenByCatch(path, imported);
    if (seen) return seen;
    // The caller of a named function determines what it sees.
    if (path.isFunctionDeclaration() || path.isClassMethod() || path.isObjectMethod()) return undefined;
  }
  return undefined;
}

/**
 * Returns the instances that a callback sees: `api.interceptors.response.use(…, callback)`,
 * `api.get(url).catch(callback)`.
 */
function seenByCallback(callback: NodePath<t.Function>, imported: ImportedClient): NodePath<t.Node>[] | undefined {
  const call = callback.parentPath;
  if (!call?.isCallExpression() || callback.listKey !== 'arguments') return undefined;
  const callee = call.get('callee');
  if (!callee.isMemberExpression()) return undefined;
  const object = withoutWrapping(callee.get('object'));
  const method = keyOf(callee.node);
  if (method === 'use' && object.isMemberExpression()) {
    const interceptors = withoutWrapping(object.get('object'));
    const isOurs = interceptors.isMemberExpression() && keyOf(interceptors.node) === 'interceptors';
    return isOurs ? [interceptors.get('object') as NodePath<t.Node>] : undefined;
  }
  if (method !== 'then' && method !== 'catch') return undefined;
  const sender = object.isCallExpression() ? senderOf(object, imported) : undefined;
  return sender && [sender];
}

/** Returns the instances that a `catch` sees, if only requests can fail before it. */
function seenByCatch(clause: NodePath<t.CatchClause>, imported: ImportedClient): NodePath<t.Node>[] | undefined {
  const attempt = clause.parentPath;
  const block = attempt.isTryStatement() ? attempt.get('block') : undefined;
  const senders: (NodePath<t.Node> | undefined)[] = [];
  block?.traverse({
    CallExpression: (call) => void senders.push(senderOf(call, imported)),
    NewExpression: () => void senders.push(undefined),
  });
  const known = senders.filter((sender) => sender !== undefined);
  return known.length > 0 && known.length === senders.length ? known : undefined;
}

/** Returns `api` in `api.get(url)` and in `api(config)`. */
function senderOf(call: NodePath<t.CallExpression>, imported: ImportedClient): NodePath<t.Node> | undefined {
  if (requestingClient(call, imported) === undefined) return undefined;
  const callee = call.get('callee') as NodePath<t.Node>;
  if (clientOf(callee, imported) !== undefined) return callee;
  return callee.isMemberExpression() ? (callee.get('object') as NodePath<t.Node>) : undefined;
}
