import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { keyOf } from '../find/library-value.js';
import { type BackoffData, backoffText, longestWait } from './delay-function.js';
import { adviceFor, renameCount, type TranslationDraft } from './translation.js';

/** Difference that is added whenever the default of `maxElapsedMs` applies. */
export const NO_LATER = 'No retry begins later than 30 s after the call began (`retry.maxElapsedMs`).';

export type Comments = readonly t.Comment[];

export type Options = Map<string, NodePath<t.ObjectProperty>>;

export function renamed(draft: TranslationDraft, options: Options, from: string, to: string): number | undefined {
  const property = options.get(from);
  return property && renameCount(draft, property, to);
}

export function refuse(draft: TranslationDraft, property: NodePath<t.ObjectProperty>, why: string): void {
  const name = keyOf(property.node) ?? 'option';
  draft.refuse(property.node, `\`${name}\` ${why}`, adviceFor(name));
}

export function refuseOthers(draft: TranslationDraft, options: Options, known: readonly string[]): void {
  for (const [name, property] of options) {
    if (known.includes(name)) continue;
    draft.refuse(property.node, `\`${name}\` has no certain translation`, adviceFor(name));
  }
}

/** Longest wait by a policy's defaults; an option is added for longer waits. */
const DEFAULT_MAX_MS = 20_000;

const DEFAULT_MAX_ELAPSED_MS = 30_000;

/** Keeps the waits, even if they are longer than a policy's defaults. */
export function replaceByBackoff(
  draft: TranslationDraft,
  property: NodePath<t.ObjectProperty>,
  backoff: BackoffData,
  count: number,
): void {
  const waits = Array.from({ length: Math.min(count, 100) }, (_, index) => longestWait(backoff, index + 1));
  const isCut = backoff.maxMs === undefined && waits.some((wait) => wait > DEFAULT_MAX_MS);
  const maxMs = isCut ? Math.ceil(Math.max(...waits)) : backoff.maxMs;
  const isLong = waits.reduce((sum, wait) => sum + wait, 0) > DEFAULT_MAX_ELAPSED_MS / 2;
  const text = backoffText({ ...backoff, maxMs });
  draft.edit(property, { kind: 'replace', by: isLong ? [text, 'maxElapsedMs: Infinity'] : [text] });
  if (!isLong) draft.differs(NO_LATER);
  if (backoff.jitter === 0.2) draft.differs('Waits vary by 20 % to both sides; they varied by 20 % upwards.');
  if (backoff.jitter === 'none') {
    draft.differs(
      "`jitter: 'none'` keeps the waits as they were. Delete it: clients that failed together should not return together.",
    );
  }
  draft.differs('A 429 waits for 1 s at least (`retry.backoff.throttledBaseMs`), and `Retry-After` is always obeyed.');
}
