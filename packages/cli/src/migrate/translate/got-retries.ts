import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Client, clientOf, type ImportedClient } from '../find/client-resolution.js';
import { requestingClient } from '../find/http-call.js';
import { keyOf, libraryValueOf, withoutWrapping } from '../find/library-value.js';
import { translateGotRetry } from './got-options.js';
import type { Obstacle, Translation } from './translation.js';

/** A `retry` option given to got. */
export interface GotRetry {
  readonly property: NodePath<t.ObjectProperty>;
  /** `got.extend({ retry })`, or the options of one request. */
  readonly scope: 'instance' | 'request';
  /** Set if the instance already has a policy. */
  readonly hasPolicy: boolean;
  /** The literal of `retry`; undefined if it is not a literal. */
  readonly options: NodePath<t.ObjectExpression> | undefined;
  readonly translation: Translation;
}

export function gotRetriesIn(
  program: NodePath<t.Program>,
  imported: ImportedClient,
  comments: readonly t.Comment[],
): GotRetry[] {
  const found: GotRetry[] = [];
  program.traverse({
    CallExpression(path) {
      const scope = scopeOf(path, imported);
      if (scope === undefined) return;
      for (const argument of path.get('arguments')) {
        const property = retryOf(argument);
        if (property !== undefined) found.push(describe(path, property, scope, comments, imported));
      }
    },
  });
  return found;
}

function scopeOf(path: NodePath<t.CallExpression>, imported: ImportedClient): GotRetry['scope'] | undefined {
  const callee = path.get('callee');
  if (callee.isMemberExpression() && keyOf(callee.node) === 'extend') {
    return clientOf(callee.get('object'), imported)?.kind === 'got' ? 'instance' : undefined;
  }
  return requestingClient(path, imported)?.kind === 'got' ? 'request' : undefined;
}

function retryOf(argument: NodePath<t.Node>): NodePath<t.ObjectProperty> | undefined {
  const object = withoutWrapping(argument);
  if (!object.isObjectExpression()) return undefined;
  return object
    .get('properties')
    .find((entry): entry is NodePath<t.ObjectProperty> => entry.isObjectProperty() && keyOf(entry.node) === 'retry');
}

function describe(
  call: NodePath<t.CallExpression>,
  property: NodePath<t.ObjectProperty>,
  scope: GotRetry['scope'],
  comments: readonly t.Comment[],
  imported: ImportedClient,
): GotRetry {
  const value = withoutWrapping(property.get('value'));
  const options = value.isObjectExpression() ? value : undefined;
  const hasPolicy = scope === 'instance' ? mentionsResilience(call) : isOfPolicy(call, imported);
  return { property, scope, hasPolicy, options, translation: translationOf(property, options, comments) };
}

function translationOf(
  property: NodePath<t.ObjectProperty>,
  options: NodePath<t.ObjectExpression> | undefined,
  comments: readonly t.Comment[],
): Translation {
  const refuse = (message: string, advice: string): Translation => {
    const obstacle: Obstacle = { place: property.node, message, advice };
    return { ok: false, obstacles: [obstacle] };
  };
  if (property.get('value').isNumericLiteral()) {
    return refuse(
      '`retry` is a number, as it was up to got 11',
      'Update got to 12 or later, where it is `retry: { limit }`.',
    );
  }
  if (options === undefined)
    return refuse('`retry` comes from elsewhere', 'Write it here as a literal, then migrate again.');
  if (options.node.end !== property.node.value.end) {
    return refuse('`retry` has a type assertion around it', 'Delete the type assertion, then migrate again.');
  }
  const object = property.parentPath;
  const others = object.isObjectExpression() ? object.get('properties') : [];
  const clash = others.find((entry) => entry.isSpreadElement() || keyOf(entry.node as t.ObjectMember) === 'handlers');
  if (clash !== undefined) {
    return refuse(
      'other options are spread in or handlers are set beside it',
      'Give `resilience({ retry: … })` to `got.extend` as an argument of its own.',
    );
  }
  return translateGotRetry(options, comments);
}

/** Tells if `resilience(…)` is among the arguments of `extend`, or spread into one of them. */
function mentionsResilience(path: NodePath): boolean {
  let found = false;
  path.traverse({
    CallExpression(call) {
      const value = libraryValueOf(call.get('callee'));
      if (value?.library === '@breakwater/got' && value.name === 'resilience') found = true;
    },
  });
  return found;
}

function isOfPolicy(call: NodePath<t.CallExpression>, imported: ImportedClient): boolean {
  const client: Client | undefined = requestingClient(call, imported);
  if (client?.creation === undefined) return false;
  const { creation } = client;
  let found = false;
  call.scope.getProgramParent().path.traverse({
    CallExpression(candidate) {
      if (candidate.node === creation) found = mentionsResilience(candidate);
    },
  });
  return found;
}
