import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { RequestOptions } from '../find/library-usages.js';
import { keyOf } from '../find/library-value.js';
import { translateRequest } from './request-options.js';
import type { Translation } from './translation.js';

/** Plan for the options of one request to become `resilience: { maxRetries }`, or why they do not. */
export interface RequestPlan {
  readonly request: RequestOptions;
  readonly options: NodePath<t.ObjectExpression> | undefined;
  readonly translation: Translation;
}

export function planRequest(request: RequestOptions, text: string, comments: readonly t.Comment[]): RequestPlan {
  const { property, library } = request;
  const value = property.get('value') as NodePath<t.Node>;
  const refuse = (message: string, advice: string): RequestPlan => ({
    request,
    options: undefined,
    translation: { ok: false, obstacles: [{ place: property.node, message, advice }] },
  });
  if (!value.isObjectExpression()) {
    return refuse('the options of a request come from elsewhere', 'Write them here as a literal, then migrate again.');
  }
  const siblings = (property.parent as t.ObjectExpression).properties;
  if (siblings.some((sibling) => sibling.type === 'ObjectProperty' && keyOf(sibling) === 'resilience')) {
    return refuse('the request has `resilience` already', 'Delete the older of the two.');
  }
  if (isTypedByLibrary(property.parentPath as NodePath<t.Node>, text)) {
    return refuse('the config has a type of the library', 'Give it the type `AxiosRequestConfig`, then migrate again.');
  }
  const count = library === 'axios-retry' ? 'retries' : 'retry';
  return { request, options: value, translation: translateRequest(value, count, comments) };
}

/** Tells if the type requires the key: `{ raxConfig } as RaxConfig`, `const config: RaxConfig = …`. */
function isTypedByLibrary(object: NodePath<t.Node>, text: string): boolean {
  const parent = object.parentPath;
  const annotation =
    parent?.isTSAsExpression() || parent?.isTSSatisfiesExpression() || parent?.isTSTypeAssertion()
      ? parent.node.typeAnnotation
      : parent?.isVariableDeclarator() && parent.node.id.type === 'Identifier'
        ? parent.node.id.typeAnnotation
        : undefined;
  if (annotation == null) return false;
  return /Rax|AxiosRetry|rax\./.test(text.slice(annotation.start ?? 0, annotation.end ?? 0));
}
