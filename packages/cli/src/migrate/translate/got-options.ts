import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { backoffText } from './delay-function.js';
import { type Comments, refuse, refuseOthers, renamed } from './translate-options.js';
import { numberIn, optionsIn, type Translation, translationDraft } from './translation.js';

/** Translates the `retry` options of got to those of a policy. */
export function translateGotRetry(object: NodePath<t.ObjectExpression>, comments: Comments): Translation {
  const draft = translationDraft();
  const options = optionsIn(object, draft);
  if (options.has('limit')) renamed(draft, options, 'limit', 'maxRetries');
  else draft.add('maxRetries: 2');
  for (const [from, to] of [
    ['methods', 'methods'],
    ['statusCodes', 'statuses'],
  ] as const) {
    const list = options.get(from);
    if (list?.get('value').isArrayExpression()) draft.edit(list, { kind: 'rename', to });
    else if (list) refuse(draft, list, 'is no list that stands here');
  }
  const cap = options.get('backoffLimit');
  const maxMs = cap && numberIn(cap.get('value'));
  const backoff = backoffText({ kind: 'exponential', baseMs: 1_000, factor: 2, jitter: 'full', maxMs });
  if (cap === undefined) draft.add(backoff);
  else if (maxMs === undefined) refuse(draft, cap, 'is no number that stands in this file');
  else draft.edit(cap, { kind: 'replace', by: [backoff] });
  refuseOthers(draft, options, ['limit', 'methods', 'statusCodes', 'backoffLimit']);
  draft.differs('Waits are drawn from 0 to 1, 2, 4 s and so on; they were 1, 2, 4 s, the same for every client.');
  if (!options.has('statusCodes')) {
    draft.differs('425, 520 and 523 are retried too (`retry.statuses`).');
  }
  return draft.done(comments);
}
