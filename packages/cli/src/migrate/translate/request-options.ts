import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Comments, renamed } from './translate-options.js';
import { adviceFor, optionsIn, type Translation, translationDraft } from './translation.js';

/** Translates the options of one request, of which only the number of retries has a counterpart. */
export function translateRequest(
  object: NodePath<t.ObjectExpression>,
  count: 'retries' | 'retry',
  comments: Comments,
): Translation {
  const draft = translationDraft();
  const options = optionsIn(object, draft);
  renamed(draft, options, count, 'maxRetries');
  for (const [name, property] of options) {
    if (name === count) continue;
    draft.refuse(
      property.node,
      `\`${name}\` has no counterpart among the options of one request`,
      `${adviceFor(name)} That holds for all requests of a policy; requests that need another one need another instance.`,
    );
  }
  return draft.done(comments);
}
