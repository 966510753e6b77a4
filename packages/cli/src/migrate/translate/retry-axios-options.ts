import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { BackoffData } from './delay-function.js';
import {
  type Comments,
  NO_LATER,
  type Options,
  refuse,
  refuseOthers,
  renamed,
  replaceByBackoff,
} from './translate-options.js';
import {
  numberIn,
  optionsIn,
  stringsIn,
  type Translation,
  type TranslationDraft,
  translationDraft,
} from './translation.js';

/** Translates `instance.defaults.raxConfig` to the `retry` options of a policy. */
export function translateRaxConfig(object: NodePath<t.ObjectExpression> | undefined, comments: Comments): Translation {
  const draft = translationDraft();
  const options: Options = object ? optionsIn(object, draft) : new Map();
  const count = renamed(draft, options, 'retry', 'maxRetries') ?? DEFAULT_RETRIES;
  translateRaxBackoff(draft, options, count);
  const methods = options.get('httpMethodsToRetry');
  if (methods) {
    if (stringsIn(methods.get('value'))) draft.edit(methods, { kind: 'rename', to: 'methods' });
    else refuse(draft, methods, 'is no list of strings');
  }
  translateStatuses(draft, options.get('statusCodesToRetry'));
  const check = options.get('checkRetryAfter');
  if (check?.get('value').isBooleanLiteral({ value: true })) draft.edit(check, { kind: 'drop' });
  else if (check?.get('value').isBooleanLiteral()) draft.edit(check, { kind: 'rename', to: 'respectRetryAfter' });
  else if (check) refuse(draft, check, 'is neither true nor false');
  const instance = options.get('instance');
  // retry-axios 4 ignores it; `attach` names the instance.
  if (instance) draft.edit(instance, { kind: 'drop' });
  refuseOthers(draft, options, [
    ...['retry', 'retryDelay', 'backoffType', 'jitter', 'maxRetryDelay', 'httpMethodsToRetry'],
    ...['statusCodesToRetry', 'checkRetryAfter', 'instance'],
  ]);
  return draft.done(comments);
}

const DEFAULT_RETRIES = 3;

function translateRaxBackoff(draft: TranslationDraft, options: Options, count: number): void {
  const parts = ['retryDelay', 'backoffType', 'jitter', 'maxRetryDelay'].flatMap((name) => options.get(name) ?? []);
  const [first, ...rest] = parts;
  if (first === undefined) {
    draft.differs(NO_LATER);
    draft.differs(
      'Waits were 50, 150, 350 ms (before retry-axios 4: 500, 1,500, 3,500 ms); they are now drawn from 0 to 100, 200, 400 ms (`retry.backoff`).',
    );
    return;
  }
  const kind = wordIn(options.get('backoffType')) ?? 'exponential';
  const jitter = wordIn(options.get('jitter')) ?? 'none';
  const delay = options.get('retryDelay');
  const cap = options.get('maxRetryDelay');
  const delayMs = delay ? numberIn(delay.get('value')) : 100;
  const maxMs = cap && numberIn(cap.get('value'));
  if (delayMs === undefined || (cap && maxMs === undefined) || !isBackoffType(kind) || !isJitter(jitter)) {
    for (const part of parts) refuse(draft, part, 'has a value that does not stand in this file');
    return;
  }
  const backoff = raxBackoff(kind, delayMs, jitter, maxMs);
  replaceByBackoff(draft, first, backoff, count);
  for (const part of rest) draft.edit(part, { kind: 'drop' });
  if (kind === 'exponential') {
    const before = [0.5, 1.5, 3.5].map((share) => share * delayMs).join(', ');
    draft.differs(
      `Waits double from ${delayMs} ms: ${[1, 2, 4].map((n) => n * delayMs).join(', ')}; they were ${before} ms.`,
    );
  }
}

function raxBackoff(
  kind: 'exponential' | 'linear' | 'static',
  delayMs: number,
  jitter: 'none' | 'full' | 'equal',
  maxMs: number | undefined,
): BackoffData {
  switch (kind) {
    case 'exponential':
      return { kind, baseMs: delayMs, factor: 2, jitter, maxMs };
    case 'linear':
      // retry-axios has its own step here, whatever `retryDelay` is, and no jitter.
      return { kind, baseMs: 1_000, factor: 2, jitter: 'none', maxMs };
    case 'static':
      return { kind: 'constant', baseMs: delayMs, factor: 2, jitter: 'none', maxMs };
  }
}

function wordIn(property: NodePath<t.ObjectProperty> | undefined): string | undefined {
  if (property === undefined) return undefined;
  const value = property.get('value') as NodePath<t.Node>;
  const bare = value.isTSAsExpression() ? (value.get('expression') as NodePath<t.Node>) : value;
  return bare.isStringLiteral() ? bare.node.value : '?';
}

function isBackoffType(word: string): word is 'exponential' | 'linear' | 'static' {
  return ['exponential', 'linear', 'static'].includes(word);
}

function isJitter(word: string): word is 'none' | 'full' | 'equal' {
  return ['none', 'full', 'equal'].includes(word);
}

/** Most statuses in a list: longer lists are harder to read than the ranges that they come from. */
const MAX_STATUSES = 16;

function translateStatuses(draft: TranslationDraft, property: NodePath<t.ObjectProperty> | undefined): void {
  const byDefault =
    'Retried are 408, 425, 429, 500, 502, 503, 504, 520 to 524 (`retry.statuses`), and no longer every 1xx and 5xx.';
  if (property === undefined) {
    draft.differs(byDefault);
    return;
  }
  const { confident, value } = property.get('value').evaluate();
  const ranges = confident ? (value as unknown) : undefined;
  if (!isRanges(ranges)) {
    refuse(draft, property, 'is no list of ranges that stands in this file');
    return;
  }
  if (JSON.stringify(ranges) === '[[100,199],[429,429],[500,599]]') {
    draft.differs(byDefault);
    draft.edit(property, { kind: 'drop' });
    return;
  }
  const statuses = ranges.flatMap(([low, high]) =>
    Array.from({ length: Math.max(0, Math.min(high - low + 1, MAX_STATUSES + 1)) }, (_, index) => low + index),
  );
  if (statuses.length > MAX_STATUSES) refuse(draft, property, 'covers more statuses than a list should');
  else draft.edit(property, { kind: 'replace', by: [`statuses: [${[...new Set(statuses)].join(', ')}]`] });
}

function isRanges(value: unknown): value is [number, number][] {
  const isRange = (entry: unknown) =>
    Array.isArray(entry) && entry.length === 2 && entry.every((end) => Number.isInteger(end));
  return Array.isArray(value) && value.every(isRange);
}
