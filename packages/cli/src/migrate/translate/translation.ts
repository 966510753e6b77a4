import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { keyOf } from '../find/library-value.js';
import type { ObjectEdit, PropertyEdit } from '../text/object-edits.js';

/** Why there is no certain translation, and what a person can do about it. */
export interface Obstacle {
  readonly place: t.Node;
  readonly message: string;
  readonly advice: string;
}

/** An object of options in terms of a policy, or the obstacle. */
export type Translation =
  | { readonly ok: true; readonly edit: ObjectEdit; readonly differences: readonly string[] }
  | { readonly ok: false; readonly obstacles: readonly Obstacle[] };

/** Collects the translated options of one object. */
export interface TranslationDraft {
  edit(property: NodePath<t.ObjectProperty>, edit: PropertyEdit): void;
  add(text: string): void;
  differs(how: string): void;
  refuse(place: t.Node, message: string, advice: string): void;
  /** @param comments - of the file: one that would be lost with a replaced option is an obstacle */
  done(comments?: readonly t.Comment[]): Translation;
}

export function translationDraft(): TranslationDraft {
  const properties = new Map<t.ObjectProperty, PropertyEdit>();
  const added: string[] = [];
  const differences: string[] = [];
  const obstacles: Obstacle[] = [];
  return {
    edit: (property, edit) => void properties.set(property.node, edit),
    add: (text) => void added.push(text),
    differs: (how) => void differences.push(how),
    refuse: (place, message, advice) => void obstacles.push({ place, message, advice }),
    done(comments = []) {
      for (const [property, { kind }] of properties) {
        const isLost = kind !== 'rename' && comments.some((comment) => isInside(comment, property));
        if (isLost) {
          const message = 'a comment stands inside an option that would be replaced';
          obstacles.push({
            place: property,
            message,
            advice: 'Move the comment out of the option, then migrate again.',
          });
        }
      }
      return obstacles.length > 0 ? { ok: false, obstacles } : { ok: true, edit: { properties, added }, differences };
    },
  };
}

/** Tells if a comment or a node is inside a node. */
export function isInside(inner: Stretch, outer: Stretch): boolean {
  return (inner.start ?? 0) >= (outer.start ?? 0) && (inner.end ?? 0) <= (outer.end ?? 0);
}

interface Stretch {
  readonly start?: number | null | undefined;
  readonly end?: number | null | undefined;
}

/**
 * Returns the properties of an object literal by name. Rejects everything other than a plain property with a plain name
 * (a spread, a method, a computed name), whose value cannot be known.
 */
export function optionsIn(
  object: NodePath<t.ObjectExpression>,
  draft: TranslationDraft,
): Map<string, NodePath<t.ObjectProperty>> {
  const found = new Map<string, NodePath<t.ObjectProperty>>();
  for (const entry of object.get('properties')) {
    const key = entry.isSpreadElement() ? undefined : keyOf(entry.node as t.ObjectMember);
    if (entry.isSpreadElement()) {
      draft.refuse(entry.node, 'options are spread in from elsewhere', 'Write the options out, then migrate again.');
    } else if (key === undefined || found.has(key)) {
      draft.refuse(entry.node, 'an option has a computed or doubled name', 'Write the name out, then migrate again.');
    } else if (entry.isObjectProperty()) {
      found.set(key, entry);
    } else {
      draft.refuse(entry.node, `\`${key}\` is a method`, adviceFor(key));
    }
  }
  return found;
}

/** Returns the replacement for an option that has a counterpart but no derivable value. */
export function adviceFor(option: string): string {
  return ADVICE.get(option) ?? 'See what it was for: a policy has no option like it.';
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    'retryCondition',
    'Write it as `retry.shouldRetry: (outcome) => boolean | undefined`; to have a POST repeated, use `resilience: { idempotent: true }` or an idempotency key.',
  ],
  [
    'shouldRetry',
    'Write it as `retry.shouldRetry: (outcome) => boolean | undefined`, which gets an outcome in place of the error.',
  ],
  ['retryDelay', 'Write it as `retry.backoff`: data, or a function `({ retry, random }) => ms`.'],
  ['onRetry', "Use `policy.on('retry', …)` to watch, `resilience: { beforeAttempt }` to change the request."],
  ['onRetryAttempt', "Use `policy.on('retry', …)` to watch, `resilience: { beforeAttempt }` to change the request."],
  ['onError', "Use `policy.on('attempt', …)`."],
  ['onMaxRetryTimesExceeded', "Use `policy.on('giveUp', …)`."],
  ['validateResponse', "Use axios's `validateStatus`, and `retry.statuses` for what is retried."],
  ['statusCodesToRetry', 'Write the statuses out as `retry.statuses`, or decide in `retry.shouldRetry`.'],
  ['maxRetryAfter', 'Use `retry.maxElapsedMs`: a hint that does not fit ends the call at once.'],
  ['noResponseRetries', 'Use `retry.maxRetries`; retry-axios 4 does not know it either.'],
  ['calculateDelay', 'Leave it with got, where it has the last word, or write it as `retry.backoff`.'],
  ['errorCodes', 'Decide in `retry.shouldRetry: (outcome) => …`, which sees `outcome.code`.'],
  ['maxRetryAfter', 'Use `retry.maxElapsedMs`: a hint that does not fit ends the call at once.'],
  ['resilience', 'Move what it says up into the options of `attachResilience` by hand.'],
]);

/**
 * Returns the number that an expression certainly has: a literal, arithmetic on literals, a constant of the same file.
 */
export function numberIn(path: NodePath<t.Node | null | undefined>): number | undefined {
  const { confident, value } = path.evaluate();
  return confident && typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Renames a number of retries; rejects anything that is not certainly a count. */
export function renameCount(
  draft: TranslationDraft,
  property: NodePath<t.ObjectProperty>,
  to: string,
): number | undefined {
  const count = numberIn(property.get('value'));
  if (count !== undefined && Number.isInteger(count) && count >= 0) {
    draft.edit(property, { kind: 'rename', to });
    return count;
  }
  draft.refuse(
    property.node,
    `\`${keyOf(property.node)}\` is no number that stands in this file`,
    `Make sure that it is an integer of at least 0 (\`undefined\` means ${to}'s default), and write \`${to}\` yourself.`,
  );
  return undefined;
}

/** Returns the strings of a literal array; undefined for anything else. */
export function stringsIn(path: NodePath<t.Node | null | undefined>): string[] | undefined {
  if (path.isTSAsExpression()) return stringsIn(path.get('expression'));
  if (!path.isArrayExpression()) return undefined;
  const { elements } = path.node;
  const strings = elements.flatMap((element) => (element?.type === 'StringLiteral' ? [element.value] : []));
  return strings.length === elements.length ? strings : undefined;
}
