import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { libraryValueOf } from '../find/library-value.js';
import { backoffOfDelay } from './delay-function.js';
import {
  type Comments,
  NO_LATER,
  type Options,
  refuse,
  refuseOthers,
  renamed,
  replaceByBackoff,
} from './translate-options.js';
import { optionsIn, type Translation, type TranslationDraft, translationDraft } from './translation.js';

/** Translates the options of `axiosRetry(instance, options)` to the `retry` options of a policy. */
export function translateAxiosRetry(object: NodePath<t.ObjectExpression> | undefined, comments: Comments): Translation {
  const draft = translationDraft();
  const options: Options = object ? optionsIn(object, draft) : new Map();
  const count = renamed(draft, options, 'retries', 'maxRetries') ?? DEFAULT_RETRIES;
  const delay = options.get('retryDelay');
  if (delay === undefined) {
    draft.differs(NO_LATER);
    draft.differs('Retries came at once; they now wait, up to 100, 200, 400 ms and so on (`retry.backoff`).');
  } else {
    const backoff = backoffOfDelay(delay.get('value'));
    if (backoff === undefined) refuse(draft, delay, 'is a function of its own');
    else replaceByBackoff(draft, delay, backoff, count);
  }
  translateCondition(draft, options.get('retryCondition'));
  translateReset(draft, options.get('shouldResetTimeout'));
  refuseOthers(draft, options, ['retries', 'retryDelay', 'retryCondition', 'shouldResetTimeout']);
  draft.differs(
    'Retried are 408, 425, 429, 500, 502, 503, 504, 520 to 524 (`retry.statuses`), and no longer every 5xx.',
  );
  draft.differs('A timeout is retried too, where repeating is safe.');
  draft.differs('POST and PATCH are repeated only where nothing was sent, not after every network error.');
  return draft.done(comments);
}

const DEFAULT_RETRIES = 3;

function translateCondition(draft: TranslationDraft, property: NodePath<t.ObjectProperty> | undefined): void {
  if (property === undefined) return;
  const value = libraryValueOf(property.get('value'));
  const helper = value?.library === 'axios-retry' ? value.name : undefined;
  switch (helper) {
    case 'isNetworkOrIdempotentRequestError':
    case 'isIdempotentRequestError':
      draft.edit(property, { kind: 'drop' });
      return;
    case 'isSafeRequestError':
      draft.edit(property, { kind: 'replace', by: ["methods: ['GET', 'HEAD', 'OPTIONS']"] });
      return;
    default:
      refuse(draft, property, helper === undefined ? 'is a function of its own' : `is \`${helper}\``);
  }
}

function translateReset(draft: TranslationDraft, property: NodePath<t.ObjectProperty> | undefined): void {
  const value = property?.get('value');
  if (property && !value?.isBooleanLiteral()) {
    refuse(draft, property, 'is neither true nor false');
    return;
  }
  if (property) draft.edit(property, { kind: 'drop' });
  if (value?.isBooleanLiteral({ value: true })) return;
  draft.differs(
    "axios's `timeout` holds for each attempt, not for all together; for the whole call there is `timeouts.totalMs`.",
  );
}
